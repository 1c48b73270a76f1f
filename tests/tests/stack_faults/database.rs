//! PostgreSQL restarted, and away for two minutes: calls say so, events wait, poison stays poison.

use std::time::{Duration, Instant};

use e2e::{
    Client, Event, Ledger, Stack, User, Verdict, as_operator, assert_problem, eventually, report,
    under_load,
};
use serde_json::json;

const AWAY: Duration = Duration::from_secs(120);

/// A call while the database is away must not hang.
const QUICK: Duration = Duration::from_secs(5);

#[track_caller]
fn assert_refused_as_unavailable(ledger: &Ledger) {
    for refusal in ledger.refusals() {
        assert_eq!(refusal.status, Some(503), "{}", refusal.text);
        assert!(refusal.says_when_to_retry, "{}", refusal.text);
    }
}

#[test]
fn postgres_restarted() {
    let mut stack = Stack::get();
    let ledger = under_load(&stack.urls(), |load| {
        stack.postgres.restart().expect("PostgreSQL");
        load.wait_for_accepted(20);
        stack.postgres.restart().expect("PostgreSQL");
    });
    assert_refused_as_unavailable(&ledger);
    Verdict::of(&stack, "PostgreSQL restarted twice", &ledger);
}

#[test]
fn postgres_stopped_for_two_minutes() {
    let mut stack = Stack::get();
    let user = stack.user();
    // Of a task without a reminder nothing would be asked of the database.
    let reminded =
        json!({"title": "before", "due_date": "2036-03-03T09:00:00Z", "remind_before_minutes": 60});
    let task = user.create(&reminded);
    let good = Event::of("task.created", &task)
        .with("id", json!(e2e::new_id()))
        .json;
    let poison = Event::of("task.created", &task)
        .with("id", json!(format!("poison-{}", e2e::new_id())))
        .without_data("task_id")
        .json;
    let ledger = under_load(&stack.urls(), |load| {
        stack.postgres.stop().expect("PostgreSQL");
        let stopped = Instant::now();
        load.wait_for_refused(4);
        assert_calls_say_so(&user);
        let reply =
            Event::of("task.created", &task).deliver(&user.client, "/api/events/tasks/created");
        assert_eq!(
            reply.status(),
            500,
            "Dapr must deliver it again\n{}",
            reply.show()
        );
        let ready = user.client.get("/health/ready");
        assert_eq!(ready.status(), 503, "{}", ready.show());
        // The dead letter of the second cannot be kept yet; nothing is wrong with the first but the outage.
        let records = [good.to_string(), poison.to_string()];
        let records = records
            .each_ref()
            .map(|record| (user.id.as_str(), record.as_str()));
        stack.produce("tasks", &records);
        load.go_on_for(AWAY.saturating_sub(stopped.elapsed()));
        stack.postgres.start_again().expect("PostgreSQL");
    });
    assert_refused_as_unavailable(&ledger);
    Verdict::of(&stack, "PostgreSQL stopped for two minutes", &ledger);
    assert_kept_once(
        &stack,
        &user.client,
        poison["id"].as_str().unwrap_or_default(),
    );
    assert_handled_late(&stack, &user, good["id"].as_str().unwrap_or_default());
}

/// It ran out of retries, and is neither a dead letter nor still on its way.
#[track_caller]
fn assert_handled_late(stack: &Stack, user: &User, id: &str) {
    let dead = stack.events("tasks-dlq");
    assert!(
        dead.iter().any(|event| event.id() == id),
        "not in tasks-dlq"
    );
    let of_user = format!("WHERE user_id = '{}'", user.id);
    eventually(Duration::from_secs(60), "its redelivery", || {
        let down = stack.count(&format!("SELECT count(*) FROM redeliveries {of_user}"));
        (down == 0).then_some(())
    });
    let kept = format!("SELECT count(*) FROM dead_letters {of_user} AND id = '{id}'");
    assert_eq!(stack.count(&kept), 0, "a dead letter");
}

#[track_caller]
fn assert_calls_say_so(user: &User) {
    let begun = Instant::now();
    for reply in [
        user.post(&json!({"title": "while it is away"})),
        user.call("GET", "").send(),
    ] {
        assert_problem(&reply, 503);
        reply.must_header("retry-after");
    }
    let each = begun.elapsed() / 2;
    report(&format!(
        "a call without a database is refused after {each:.1?}"
    ));
    assert!(each < QUICK, "{each:?}");
}

#[track_caller]
fn assert_kept_once(stack: &Stack, client: &Client, id: &str) {
    let letters = eventually(Duration::from_secs(60), "the dead letter", || {
        let list = as_operator(client, "GET", "/ops/dead-letters?limit=200").send();
        let list = list.expect(200).json();
        let mut items = list["items"].as_array().expect("items").clone();
        items.retain(|letter| letter["id"] == id);
        Some(items).filter(|items| !items.is_empty())
    });
    assert_eq!(letters.len(), 1);
    stack.wait_for_alert(id);
}
