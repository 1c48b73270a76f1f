//! The event history and its counters.

use std::collections::{BTreeMap, BTreeSet};

use e2e::{SOON, Stack, User, eventually, id_of};
use serde_json::{Value, json};

/// 100 changes: 40 tasks created, 30 of them changed, 20 completed, 10 deleted.
fn hundred_changes(user: &User) {
    let tasks: Vec<Value> = (0..40)
        .map(|n| user.create(&json!({"title": format!("task {n}")})))
        .collect();
    for task in &tasks[..30] {
        user.patch(id_of(task), &json!({"priority": "high"}))
            .expect(200);
    }
    for task in &tasks[..20] {
        user.complete(id_of(task));
    }
    for task in &tasks[30..] {
        user.delete(id_of(task)).expect(204);
    }
}

#[test]
fn a_hundred_changes_are_a_hundred_entries_and_counters_that_add_up() {
    let stack = Stack::get();
    let user = stack.user();
    hundred_changes(&user);
    // Changes that change nothing leave nothing.
    let task = user.list("status=completed&limit=1").remove(0);
    user.complete(id_of(&task));
    user.patch(id_of(&task), &json!({"title": task["title"]}))
        .expect(200);

    let pending = format!(
        "SELECT count(*) FROM outbox WHERE user_id = '{}' AND published_at IS NULL",
        user.id
    );
    eventually(SOON, "an empty outbox", || {
        (stack.count(&pending) == 0).then_some(())
    });

    let path = format!("/api/{}/events?limit=200", user.id);
    let history = user.client.get(&path).expect(200).json();
    let items = history["items"].as_array().expect("items");
    let ids: BTreeSet<&str> = items
        .iter()
        .filter_map(|item| item["id"].as_str())
        .collect();
    assert_eq!((items.len(), ids.len()), (100, 100));
    assert!(history["next_cursor"].is_null());

    let expected = BTreeMap::from([
        ("task.completed", 20),
        ("task.created", 40),
        ("task.deleted", 10),
        ("task.updated", 30),
    ]);
    let stats = user.client.get(&format!("/api/{}/stats", user.id));
    let stats = stats.expect(200).json();
    assert_eq!(stats["total"], 100);
    assert_eq!(stats["by_type"], json!(expected));
    let days = stats["days"].as_array().expect("days");
    let total: u64 = days.iter().filter_map(|day| day["total"].as_u64()).sum();
    assert_eq!(total, 100, "{days:?}");

    let mut published = stack.events("tasks");
    published.retain(|event| event.user() == user.id);
    let published: BTreeSet<&str> = published.iter().map(|event| event.id()).collect();
    assert_eq!(published, ids, "published is what the history says");
}
