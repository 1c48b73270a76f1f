//! PATCH: JSON Merge Patch (RFC 7396) of the editable fields.

use e2e::{User, error_fields, id_of, user};
use serde_json::{Value, json};

fn full_task(user: &User) -> Value {
    user.create(&json!({
        "title": "x", "description": "d", "priority": "high", "tags": ["a", "b"], "due_date": "2031-01-31T09:00:00Z",
        "time_zone": "Europe/Berlin", "remind_before_minutes": 30,
    }))
}

/// Every field but those named, what follows from them, and those that any change changes.
fn rest_of(task: &Value, changed: &[&str]) -> Value {
    let mut rest = task.clone();
    if changed.contains(&"due_date") || changed.contains(&"remind_before_minutes") {
        rest.as_object_mut().unwrap().remove("remind_at");
    }
    for field in changed.iter().chain(&["version", "updated_at"]) {
        rest.as_object_mut().unwrap().remove(*field);
    }
    rest
}

#[test]
fn a_field_that_is_given_changes_and_the_others_stay() {
    let user = user();
    let changes = json!({
        "title": "y", "description": "e", "priority": "low", "tags": ["c"], "due_date": "2031-03-01T00:00:00Z",
        "time_zone": "Asia/Tokyo", "remind_before_minutes": 5,
    });
    for (field, value) in changes.as_object().unwrap() {
        let task = full_task(&user);
        let changed = user
            .patch(id_of(&task), &json!({field: value}))
            .expect(200)
            .json();
        assert_eq!(&changed[field], value);
        assert_eq!(
            rest_of(&changed, &[field]),
            rest_of(&task, &[field]),
            "patching {field} changed something else"
        );
        assert_eq!(changed["version"], 2);
        assert_ne!(changed["updated_at"], task["updated_at"]);
        assert_eq!(
            user.task(id_of(&task)),
            changed,
            "GET shows something else than PATCH"
        );
    }
}

#[test]
fn null_clears_a_field_that_may_be_null() {
    let user = user();
    for field in ["description", "due_date", "remind_before_minutes"] {
        let task = full_task(&user);
        let changed = user
            .patch(id_of(&task), &json!({field: null}))
            .expect(200)
            .json();
        assert_eq!(changed[field], Value::Null);
        assert_eq!(rest_of(&changed, &[field]), rest_of(&task, &[field]));
    }
}

#[test]
fn null_for_a_title_is_refused() {
    let user = user();
    let task = full_task(&user);
    assert_eq!(
        error_fields(&user.patch(id_of(&task), &json!({"title": null}))),
        ["title".to_owned()].into()
    );
}

#[test]
fn a_list_is_replaced_as_a_whole() {
    let user = user();
    let task = full_task(&user);
    assert_eq!(
        user.patch(id_of(&task), &json!({"tags": ["b", "c"]}))
            .expect(200)
            .json()["tags"],
        json!(["b", "c"])
    );
    assert_eq!(
        user.patch(id_of(&task), &json!({"tags": []}))
            .expect(200)
            .json()["tags"],
        json!([])
    );
}

#[test]
fn an_unknown_field_is_refused() {
    let user = user();
    let task = full_task(&user);
    let reply = user.patch(id_of(&task), &json!({"title": "y", "colour": "red"}));
    assert_eq!(error_fields(&reply), ["colour".to_owned()].into());
    assert_eq!(user.task(id_of(&task)), task);
}

#[test]
fn a_patch_that_changes_nothing_leaves_the_version() {
    let user = user();
    let task = full_task(&user);
    let same = [
        json!({}),
        json!({"title": "x"}),
        json!({"title": "  x "}),
        json!({"tags": ["A", "b"]}),
        json!({"due_date": "2031-01-31T10:00:00+01:00"}),
        json!({"title": "x", "description": "d", "priority": "high", "remind_before_minutes": 30}),
    ];
    for body in same {
        let reply = user.patch(id_of(&task), &body).expect(200);
        assert_eq!(reply.must_header("etag"), "\"1\"", "{}", reply.show());
        assert_eq!(reply.json(), task, "{}", reply.show());
    }
}

#[test]
fn a_task_can_become_recurring_and_cease_to_be() {
    let user = user();
    let task = full_task(&user);
    let missing = user.patch(id_of(&task), &json!({"is_recurring": true}));
    assert_eq!(
        error_fields(&missing),
        ["recurring_interval".to_owned()].into()
    );
    let body = json!({"is_recurring": true, "recurring_interval": "weekly"});
    let recurring = user.patch(id_of(&task), &body).expect(200).json();
    assert_eq!(
        (&recurring["recurring_interval"], &recurring["occurrence"]),
        (&json!("weekly"), &json!(1))
    );
    assert!(recurring["series_id"].is_string(), "{recurring}");
    let single = user
        .patch(id_of(&task), &json!({"is_recurring": false}))
        .expect(200)
        .json();
    assert_eq!(single["is_recurring"], false);
}

#[test]
fn an_interval_cannot_be_taken_from_a_recurring_task() {
    let user = user();
    let task = user.create_recurring("daily", "2031-01-01T00:00:00Z");
    let reply = user.patch(id_of(&task), &json!({"recurring_interval": null}));
    assert_eq!(
        error_fields(&reply),
        ["recurring_interval".to_owned()].into()
    );
}

#[test]
fn a_local_due_date_is_read_in_the_zone_that_the_task_has_then() {
    let user = user();
    let task = full_task(&user);
    let local = user
        .patch(id_of(&task), &json!({"due_date": "2031-07-01T09:00:00"}))
        .expect(200)
        .json();
    assert_eq!(
        local["due_date"], "2031-07-01T07:00:00Z",
        "in Europe/Berlin, as stored"
    );
    let body = json!({"due_date": "2031-07-01T09:00:00", "time_zone": "America/New_York"});
    let moved = user.patch(id_of(&task), &body).expect(200).json();
    assert_eq!(
        moved["due_date"], "2031-07-01T13:00:00Z",
        "in the zone of the same patch"
    );
}
