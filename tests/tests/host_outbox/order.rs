//! The events of a user are in the order of the changes.

use std::collections::BTreeMap;

use e2e::{at_once, id_of};
use serde_json::json;

use crate::shared::{outbox, published, user};

#[test]
fn the_versions_of_a_task_rise_by_one_from_event_to_event() {
    let user = user();
    let task = user.create(&json!({"title": "x"}));
    for n in 0..5 {
        user.patch(id_of(&task), &json!({"title": format!("title {n}")}))
            .expect(200);
        user.complete(id_of(&task));
        user.reopen(id_of(&task));
    }
    let versions: Vec<_> = published(&user)
        .iter()
        .map(|row| row.data("version").as_u64().unwrap())
        .collect();
    assert_eq!(versions, (1..=16).collect::<Vec<_>>());
}

#[test]
fn also_when_the_changes_come_at_once() {
    let user = user();
    let tasks: Vec<_> = (0..3)
        .map(|n| user.create(&json!({"title": format!("task {n}")})))
        .collect();
    at_once(18, |n| {
        user.patch(
            id_of(&tasks[n % 3]),
            &json!({"title": format!("title {n}")}),
        )
    });
    let mut last: BTreeMap<String, u64> = BTreeMap::new();
    let rows = outbox().of_user(&user.id);
    for row in &rows {
        let version = row.data("version").as_u64().unwrap();
        let before = last
            .insert(row.data("task_id").as_str().unwrap().to_owned(), version)
            .unwrap_or(0);
        assert_eq!(version, before + 1, "out of order: {rows:?}");
    }
    for task in &tasks {
        assert_eq!(
            user.task(id_of(task))["version"],
            last[id_of(task)],
            "the last event is not of the last version"
        );
    }
}
