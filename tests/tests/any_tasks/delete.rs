//! Deleting, and bringing back.

use e2e::{assert_problem, id_of, user};
use serde_json::json;

#[test]
fn a_deleted_task_is_gone_for_every_call() {
    let user = user();
    let task = user.create(&json!({"title": "x"}));
    let reply = user.delete(id_of(&task)).expect(204);
    assert_eq!(reply.text(), "");
    let one = format!("/{}", id_of(&task));
    assert_problem(&user.get(id_of(&task)), 404);
    assert_problem(&user.patch(id_of(&task), &json!({"title": "y"})), 404);
    assert_problem(&user.put(id_of(&task), &json!({"title": "y"})), 404);
    assert_problem(&user.call("POST", &format!("{one}/complete")).send(), 404);
    assert_problem(&user.call("GET", &format!("{one}/occurrences")).send(), 404);
    assert_problem(&user.delete(id_of(&task)), 404);
    for status in ["all", "pending", "completed"] {
        assert_eq!(user.list(&format!("status={status}")).len(), 0, "{status}");
    }
}

#[test]
fn a_restored_task_is_as_it_was() {
    let user = user();
    let body = json!({"title": "x", "description": "d", "priority": "high", "tags": ["a"],
                      "due_date": "2031-01-31T09:00:00Z", "remind_before_minutes": 5});
    let task = user.create(&body);
    user.delete(id_of(&task)).expect(204);
    let restored = user
        .call("POST", &format!("/{}/restore", id_of(&task)))
        .send()
        .expect(200)
        .json();
    for (field, value) in task.as_object().unwrap() {
        if !["version", "updated_at"].contains(&field.as_str()) {
            assert_eq!(&restored[field], value, "{field}");
        }
    }
    assert!(
        restored["version"].as_u64() > task["version"].as_u64(),
        "deleting and restoring are changes: {restored}"
    );
    assert_eq!(user.task(id_of(&task)), restored);
    assert_eq!(user.list("status=all"), vec![restored]);
}

#[test]
fn a_restored_task_can_be_changed_and_deleted_again() {
    let user = user();
    let task = user.create(&json!({"title": "x"}));
    for round in 0..3 {
        user.delete(id_of(&task)).expect(204);
        user.call("POST", &format!("/{}/restore", id_of(&task)))
            .send()
            .expect(200);
        user.patch(id_of(&task), &json!({"title": format!("round {round}")}))
            .expect(200);
    }
}

#[test]
fn restoring_a_task_that_is_not_deleted_changes_nothing() {
    let user = user();
    let task = user.create(&json!({"title": "x"}));
    let call = user.call("POST", &format!("/{}/restore", id_of(&task)));
    assert_eq!(call.send().expect(200).json(), task);
    assert_eq!(user.task(id_of(&task)), task);
}
