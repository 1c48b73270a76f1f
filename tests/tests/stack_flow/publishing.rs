//! What stands in Kafka, read by Kafka's own consumer: the key, the order, the attributes.

use std::collections::{BTreeMap, BTreeSet};

use chrono::DateTime;
use e2e::{KafkaEvent, SOON, Stack, User, eventually, first_occurrences, id_of};
use serde_json::json;

const TRACE: &str = "0af7651916cd43dd8448eb211c80319c";

fn of_user(stack: &Stack, user: &User) -> Vec<KafkaEvent> {
    let mut events = stack.events("tasks");
    events.retain(|event| event.user() == user.id);
    events
}

#[test]
fn the_record_key_is_the_user_and_the_order_is_kept() {
    let stack = Stack::get();
    let users: Vec<User> = (0..6).map(|_| stack.user()).collect();
    let mut expected: BTreeMap<&str, Vec<(String, u64)>> = BTreeMap::new();
    for round in 0..8 {
        for user in &users {
            let task = user.create(&json!({"title": format!("round {round}")}));
            let changed = user.patch(id_of(&task), &json!({"title": "changed"}));
            changed.expect(200);
            user.complete(id_of(&task));
            let of_user = expected.entry(&user.id).or_default();
            of_user.extend((1..=3).map(|version| (id_of(&task).to_owned(), version)));
        }
    }
    let ids: Vec<String> = users.iter().map(|user| format!("'{}'", user.id)).collect();
    let pending = format!(
        "SELECT count(*) FROM outbox WHERE published_at IS NULL AND user_id IN ({})",
        ids.join(", ")
    );
    eventually(SOON, "an empty outbox", || {
        (stack.count(&pending) == 0).then_some(())
    });

    let all = stack.events("tasks");
    let mut partitions = BTreeSet::new();
    for user in &users {
        let events: Vec<&KafkaEvent> = all.iter().filter(|event| event.user() == user.id).collect();
        let order: Vec<_> = first_occurrences(&events)
            .iter()
            .map(|event| (event.task().to_owned(), event.version()))
            .collect();
        assert_eq!(order, expected[user.id.as_str()], "of {}", user.id);
        for event in events {
            assert_eq!(event.record.key.as_deref(), Some(user.id.as_str()));
            partitions.insert((user.id.as_str(), event.record.partition));
        }
    }
    assert_eq!(partitions.len(), users.len(), "a user in two partitions");
}

#[test]
fn a_cloud_event_passes_the_sidecar_unchanged() {
    let stack = Stack::get();
    let user = stack.user();
    let traceparent = format!("00-{TRACE}-b7ad6b7169203331-01");
    let call = user.call("POST", "").header("traceparent", &traceparent);
    let task = call
        .json(&json!({"title": "grün, \"quoted\" and 🌱", "is_recurring": true, "recurring_interval": "daily",
                      "due_date": "2026-01-01T09:00:00Z"}))
        .send()
        .expect(201)
        .json();
    user.complete(id_of(&task));
    user.wait_for_occurrence(&task, 2, SOON);
    let events = of_user(&stack, &user);
    let created = events
        .iter()
        .find(|event| event.kind() == "task.created" && event.task() == id_of(&task))
        .expect("task.created");
    let event = &created.json;
    assert_eq!(event["specversion"], "1.0");
    assert_eq!(event["source"], "todo-backend");
    assert_eq!(event["subject"], task["id"]);
    assert_eq!(event["datacontenttype"], "application/json");
    assert_eq!(event["partitionkey"], user.id);
    let trace = event["traceparent"]
        .as_str()
        .and_then(|text| text.split('-').nth(1));
    assert_eq!(trace, Some(TRACE));
    assert_eq!(event["data"]["title"], task["title"]);
    let time = event["time"].as_str().expect("a time");
    DateTime::parse_from_rfc3339(time).expect("RFC 3339");

    // The same event as the history has it: what was committed is what was published.
    let path = format!("/api/{}/events?type=task.created", user.id);
    let history = user.client.get(&path).expect(200).json();
    let items = history["items"].as_array().expect("items");
    let committed = items.iter().find(|item| item["id"] == event["id"]);
    let committed = committed
        .expect("in the history")
        .as_object()
        .expect("an object");
    for (attribute, value) in committed {
        assert_eq!(&event[attribute], value, "{attribute}");
    }
    assert_eq!(items.len(), 2, "the user's own and the handler's");
}
