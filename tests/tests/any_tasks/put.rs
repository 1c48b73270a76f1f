//! PUT: the editable fields are replaced as a whole.

use e2e::{assert_problem, error_fields, id_of, new_id, user};
use serde_json::{Value, json};

#[test]
fn what_a_put_does_not_give_has_its_default_again() {
    let user = user();
    let task = user.create(&json!({
        "title": "x", "description": "d", "priority": "high", "tags": ["a"], "due_date": "2031-01-31T09:00:00Z",
        "time_zone": "Europe/Berlin", "remind_before_minutes": 30,
    }));
    let replaced = user.put(id_of(&task), &json!({"title": "y"})).expect(200);
    assert_eq!(replaced.must_header("etag"), "\"2\"");
    let replaced = replaced.json();
    let defaults = json!({
        "title": "y", "description": null, "priority": "medium", "tags": [], "due_date": null, "time_zone": "UTC",
        "is_recurring": false, "remind_before_minutes": 1440,
    });
    for (field, value) in defaults.as_object().unwrap() {
        assert_eq!(&replaced[field], value, "{field}");
    }
    assert_eq!(
        user.task(id_of(&task)),
        replaced,
        "GET shows something else than PUT"
    );
}

#[test]
fn what_is_not_editable_stays() {
    let user = user();
    let task = user.create(&json!({"title": "x"}));
    let completed = user.complete(id_of(&task));
    let replaced = user
        .put(id_of(&task), &json!({"title": "y"}))
        .expect(200)
        .json();
    for field in ["id", "user_id", "created_at", "completed", "completed_at"] {
        assert_eq!(replaced[field], completed[field], "{field}");
    }
    assert_eq!(replaced["version"], 3);
}

#[test]
fn the_same_again_changes_nothing() {
    let user = user();
    let body = json!({"title": "x", "priority": "high", "tags": ["a"], "due_date": "2031-01-31T09:00:00Z"});
    let task = user.create(&body);
    assert_eq!(user.put(id_of(&task), &body).expect(200).json(), task);
}

#[test]
fn a_recurring_task_keeps_its_series_when_replaced_by_one_of_the_same_recurrence() {
    let user = user();
    let task = user.create_recurring("daily", "2031-01-31T09:00:00Z");
    let body = json!({"title": "renamed", "is_recurring": true, "recurring_interval": "daily",
                      "due_date": "2031-01-31T09:00:00Z"});
    let replaced = user.put(id_of(&task), &body).expect(200).json();
    assert_eq!(replaced["series_id"], task["series_id"]);
    assert_eq!(replaced["occurrence"], 1);
}

#[test]
fn a_put_follows_the_rules_of_a_post() {
    let user = user();
    let task = user.create(&json!({"title": "x"}));
    for body in [
        json!({}),
        json!({"title": null}),
        json!({"title": " "}),
        json!({"title": "y".repeat(201)}),
    ] {
        assert_eq!(
            error_fields(&user.put(id_of(&task), &body)),
            ["title".to_owned()].into()
        );
    }
    let unknown = user.put(id_of(&task), &json!({"title": "y", "colour": "red"}));
    assert_eq!(error_fields(&unknown), ["colour".to_owned()].into());
    assert_eq!(user.task(id_of(&task)), task);
}

#[test]
fn a_put_does_not_create() {
    let user = user();
    assert_problem(&user.put(&new_id(), &json!({"title": "x"})), 404);
    assert_eq!(user.list("status=all"), Vec::<Value>::new());
}
