//! One change, one event; no change, no event.

use std::collections::BTreeSet;

use e2e::{SOON, at_once, id_of};
use serde_json::json;

use crate::shared::{kinds, outbox, published, user};

#[test]
fn every_change_has_one_event() {
    let user = user();
    let task = user.create(&json!({"title": "x"}));
    let id = id_of(&task);
    user.patch(id, &json!({"title": "y"})).expect(200);
    user.put(id, &json!({"title": "z"})).expect(200);
    user.complete(id);
    user.reopen(id);
    user.delete(id).expect(204);
    let want = [
        "task.created",
        "task.updated",
        "task.updated",
        "task.completed",
        "task.completed",
        "task.deleted",
    ];
    assert_eq!(kinds(&user, id), want);
}

#[test]
fn a_restored_task_has_an_event_too() {
    let user = user();
    let task = user.create(&json!({"title": "x"}));
    user.delete(id_of(&task)).expect(204);
    user.call("POST", &format!("/{}/restore", id_of(&task)))
        .send()
        .expect(200);
    assert_eq!(kinds(&user, id_of(&task)).len(), 3);
}

#[test]
fn what_changes_nothing_has_none() {
    let user = user();
    let task =
        user.create(&json!({"title": "x", "tags": ["a"], "due_date": "2031-01-01T09:00:00Z"}));
    let id = id_of(&task);
    user.patch(id, &json!({})).expect(200);
    user.patch(id, &json!({"title": " x ", "tags": ["A"]}))
        .expect(200);
    user.put(
        id,
        &json!({"title": "x", "tags": ["a"], "due_date": "2031-01-01T09:00:00Z"}),
    )
    .expect(200);
    user.reopen(id);
    user.complete(id);
    user.complete(id);
    assert_eq!(kinds(&user, id), ["task.created", "task.completed"]);
}

#[test]
fn what_is_refused_has_none() {
    let user = user();
    let task = user.create(&json!({"title": "x"}));
    let id = id_of(&task);
    user.post(&json!({"title": ""})).expect(422);
    user.patch(id, &json!({"priority": "urgent"})).expect(422);
    user.call("PATCH", &format!("/{id}"))
        .header("if-match", "\"9\"")
        .json(&json!({"title": "y"}))
        .send()
        .expect(412);
    user.call("POST", &format!("/{id}/complete"))
        .json(&json!({"completed": 1}))
        .send()
        .expect(422);
    assert_eq!(outbox().of_user(&user.id).len(), 1);
}

#[test]
fn reading_has_none() {
    let user = user();
    let task = user.create_recurring("daily", "2031-01-01T09:00:00Z");
    user.task(id_of(&task));
    user.list("status=all");
    user.call("GET", &format!("/{}/occurrences", id_of(&task)))
        .send()
        .expect(200);
    assert_eq!(kinds(&user, id_of(&task)), ["task.created"]);
}

#[test]
fn completing_at_once_has_one() {
    let user = user();
    let task = user.create(&json!({"title": "x"}));
    at_once(20, |_| user.complete(id_of(&task)));
    assert_eq!(
        kinds(&user, id_of(&task)),
        ["task.created", "task.completed"]
    );
}

#[test]
fn every_event_is_published_soon() {
    let user = user();
    for n in 0..20 {
        user.create(&json!({"title": format!("task {n}")}));
    }
    assert_eq!(published(&user).len(), 20);
}

#[test]
fn an_event_id_is_used_once() {
    let user = user();
    let task = user.create(&json!({"title": "x"}));
    for n in 0..10 {
        user.patch(id_of(&task), &json!({"title": format!("title {n}")}))
            .expect(200);
    }
    let rows = outbox().of_user(&user.id);
    let ids: BTreeSet<&str> = rows.iter().map(|row| row.event_id.as_str()).collect();
    assert_eq!((rows.len(), ids.len()), (11, 11));
}

#[test]
fn a_next_occurrence_has_an_event_of_its_own_whose_source_is_the_handler() {
    let user = user();
    let task = user.create_recurring("daily", "2026-01-31T09:00:00Z");
    user.complete(id_of(&task));
    let next = user.wait_for_occurrence(&task, 2, SOON);
    let rows = outbox().of_task(&user.id, id_of(&next));
    assert_eq!(rows.len(), 1, "{rows:?}");
    assert_eq!(
        (rows[0].kind.as_str(), &rows[0].event["source"]),
        ("task.created", &json!("handler"))
    );
    let users = outbox().of_task(&user.id, id_of(&task));
    assert!(
        users
            .iter()
            .all(|row| row.event["source"] == "todo-backend"),
        "{users:?}"
    );
}

#[test]
fn a_withdrawn_occurrence_has_an_event_whose_source_is_the_handler() {
    let user = user();
    let task = user.create_recurring("daily", "2026-01-31T09:00:00Z");
    user.complete(id_of(&task));
    let next = user.wait_for_occurrence(&task, 2, SOON);
    user.reopen(id_of(&task));
    user.wait_until_handled();
    let rows = outbox().of_task(&user.id, id_of(&next));
    assert_eq!(
        rows.iter().map(|row| row.kind.as_str()).collect::<Vec<_>>(),
        ["task.created", "task.deleted"]
    );
    assert!(
        rows.iter().all(|row| row.event["source"] == "handler"),
        "{rows:?}"
    );
}
