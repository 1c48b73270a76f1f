//! Events that come twice and out of order, and poison among good ones under load.

use e2e::{Event, KafkaEvent, SOON, Stack, User, Verdict, eventually, id_of, under_load};
use serde_json::{Value, json};

/// What must not change: the user's tasks, their reminders, and how many events there are.
fn state(stack: &Stack, user: &User) -> (Vec<Value>, String, String) {
    let id = &user.id;
    (
        user.list("status=all&limit=200&sort=created_at&order=asc"),
        stack.sql(&format!(
            "SELECT task_id, version, remind_at, fired_at FROM reminders WHERE user_id = '{id}' ORDER BY task_id"
        )),
        stack.sql(&format!("SELECT count(*) FROM outbox WHERE user_id = '{id}'")),
    )
}

#[test]
fn every_event_again_twice_and_backwards_changes_nothing() {
    let stack = Stack::get();
    let user = stack.user();
    let task = user.create_recurring("weekly", "2036-03-03T09:00:00Z");
    let moved = user.patch(id_of(&task), &json!({"due_date": "2036-03-04T09:00:00Z"}));
    moved.expect(200);
    user.complete(id_of(&task));
    user.reopen(id_of(&task));
    user.complete(id_of(&task));
    let gone = user.create(&json!({"title": "gone soon", "due_date": "2036-03-03T09:00:00Z"}));
    user.delete(id_of(&gone)).expect(204);
    user.wait_until_handled();
    eventually(SOON, "one next occurrence", || {
        (user.occurrences_of(&task["series_id"], 2).len() == 1).then_some(())
    });
    let before = state(&stack, &user);

    let mut events = stack.events("tasks");
    events.retain(|event| event.user() == user.id);
    let values = |events: &[KafkaEvent]| -> Vec<String> {
        events
            .iter()
            .map(|event| event.record.value.clone())
            .collect()
    };
    let mut again = values(&events);
    again.reverse();
    again.extend(values(&events));
    again.extend(values(&events));
    // When this one is a dead letter, all before it have been handled.
    let fence = Event::of("task.created", &task)
        .with("id", json!(format!("poison-{}", e2e::new_id())))
        .without_data("task_id");
    again.push(fence.json.to_string());
    let records: Vec<(&str, &str)> = again
        .iter()
        .map(|value| (user.id.as_str(), value.as_str()))
        .collect();
    stack.produce("tasks", &records);
    let id = fence.json["id"].as_str().unwrap_or_default();
    eventually(SOON, "the last delivery", || {
        let kept = format!("SELECT count(*) FROM dead_letters WHERE id = '{id}'");
        (stack.count(&kept) == 1).then_some(())
    });
    assert_eq!(state(&stack, &user), before);
}

#[test]
fn poison_among_the_events_of_a_load() {
    let stack = Stack::get();
    let mut poisons = Vec::new();
    let ledger = under_load(&stack.urls(), |load| {
        let user = stack.user();
        for n in 0..3 {
            let id = format!("poison-{n}-{}", e2e::new_id());
            let task = user.create(&json!({"title": "good"}));
            let event = Event::of("task.completed", &task)
                .with("id", json!(id))
                .without_data("task_id");
            stack.produce("tasks", &[(&user.id, &event.json.to_string())]);
            poisons.push(id);
            load.wait_for_accepted(10);
        }
    });
    ledger.assert_nothing_refused();
    Verdict::of(&stack, "three poison events among good ones", &ledger);
    let dead = stack.events("tasks-dlq");
    for id in poisons {
        assert!(
            dead.iter().any(|event| event.id() == id),
            "{id} in tasks-dlq"
        );
        let kept = format!("SELECT count(*) FROM dead_letters WHERE id = '{id}'");
        assert_eq!(stack.count(&kept), 1, "{id} kept");
    }
}
