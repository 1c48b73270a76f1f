//! A replay publishes the event again with its own id, once; its effect follows once when the cause is gone.

use e2e::{Answer, Bus, Event, SOON, Sidecar, User, assert_problem, at_once, eventually, id_of};
use serde_json::{Value, json};

use crate::shared::{
    deliver_dead, give_up, host, letter, publish, replay, start, user, wait_for_alerts,
    wait_for_letter, whole_letters,
};

/// A recurring task that was completed in the database, without an event: so what an event does is seen alone.
fn completed_without_event(user: &User) -> Value {
    let task = user.create_recurring("daily", "2026-01-01T09:00:00Z");
    user.wait_until_handled();
    let changed = host().outbox().execute(
        "UPDATE tasks SET completed = 1, completed_at = updated_at, version = 2 WHERE id = ?1",
        &[&id_of(&task)],
    );
    assert_eq!(changed, 1);
    user.task(id_of(&task))
}

/// The task's completion, in the name of another user, as a dead letter.
fn stolen(task: &Value, other: &User) -> Value {
    let event = Event::of("task.completed", task)
        .with("partitionkey", json!(other.id))
        .with_data("user_id", json!(other.id))
        .json;
    publish(host(), &other.id, &event);
    wait_for_letter(&other.client, id_of(&event));
    event
}

#[test]
fn after_the_cause_is_gone_it_has_its_effect_once() {
    let (owner, other) = (user(), user());
    let client = &other.client;
    let task = completed_without_event(&owner);
    let event = stolen(&task, &other);
    assert!(other.list("status=all").is_empty());
    host().outbox().execute(
        "UPDATE tasks SET user_id = ?1 WHERE id = ?2",
        &[&other.id, &id_of(&task)],
    );

    let replayed = replay(client, id_of(&event)).expect(200).json();
    assert_eq!(
        (&replayed["state"], &replayed["event"]),
        (&json!("replayed"), &event)
    );
    let next = other.wait_for_occurrence(&task, 2, SOON);
    assert_problem(&replay(client, id_of(&event)), 409);
    other.wait_until_handled();
    assert_eq!(other.occurrences_of(&task["series_id"], 2), [next]);
    assert!(letter(client, "open", id_of(&event)).is_none());
    wait_for_alerts(host(), id_of(&event), 1);
    let mut rows = host().outbox().of_user(&other.id);
    rows.retain(|row| row.event_id == id_of(&event));
    assert_eq!(rows.len(), 1);
    assert!(rows[0].published && rows[0].event == event, "{rows:?}");
}

#[test]
fn while_the_cause_is_there_it_is_open_again() {
    let (owner, other) = (user(), user());
    let client = &other.client;
    let event = stolen(&completed_without_event(&owner), &other);
    wait_for_alerts(host(), id_of(&event), 1);
    for round in 2..4 {
        replay(client, id_of(&event)).expect(200);
        wait_for_alerts(host(), id_of(&event), round);
        let again = wait_for_letter(client, id_of(&event));
        assert_eq!(again["replayed_at"], Value::Null);
        assert_eq!(again["event"], event);
    }
}

#[test]
fn ten_at_once_are_one() {
    let other = user();
    let event = json!({"type": "task.archived", "specversion": "1.0", "source": "elsewhere", "id": e2e::new_id()});
    deliver_dead(&other.client, "tasks", event.to_string().as_bytes()).expect(200);
    let mut answers = at_once(10, |_| replay(&other.client, id_of(&event)).status());
    answers.sort_unstable();
    assert_eq!(answers, [[200].as_slice(), &[409; 9]].concat());
}

#[test]
fn what_is_no_event_cannot_be_replayed() {
    let client = host().client();
    let text = format!("not JSON {}", e2e::new_id());
    deliver_dead(&client, "tasks", text.as_bytes()).expect(200);
    let all = whole_letters(&client, "open");
    let kept = all.iter().find(|letter| letter["event"] == text.as_str());
    let id = id_of(kept.expect("the letter"));
    assert_problem(&replay(&client, id), 409);
    assert!(letter(&client, "open", id).is_some());
}

#[test]
fn the_sidecar_gets_it_once_in_its_own_topic_with_its_own_key() {
    let sidecar = Sidecar::start(Answer::Accept);
    let host = start("dead-letters-dapr", &Bus::Dapr(sidecar.url()), &[]);
    let user = User::new(host.client());
    let task = user.create(&json!({"title": "x"}));
    let event = Event::of("task.completed", &task).json;
    deliver_dead(&user.client, "tasks", event.to_string().as_bytes()).expect(200);
    give_up(&host);
    replay(&user.client, id_of(&event)).expect(200);
    assert_problem(&replay(&user.client, id_of(&event)), 409);
    // A later event of the same user is behind everything of the replay.
    user.complete(id_of(&task));
    let of_user = || sidecar.published_for(&user.id);
    eventually(SOON, "the event after it", || {
        let own = |one: &e2e::Published| {
            one.event["type"] == "task.completed" && one.event["id"] != event["id"]
        };
        of_user().iter().any(own).then_some(())
    });
    let mut published = of_user();
    published.retain(|one| one.event["id"] == event["id"]);
    assert_eq!(published.len(), 1, "{published:?}");
    assert_eq!(published[0].topic, "tasks");
    assert_eq!(published[0].key.as_ref(), Some(&user.id));
    for attribute in ["type", "source", "subject", "time", "data", "traceparent"] {
        assert_eq!(
            published[0].event[attribute], event[attribute],
            "{attribute}"
        );
    }
}
