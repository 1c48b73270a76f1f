//! The CloudEvent of each change, attribute by attribute.

use chrono::{DateTime, Utc};
use e2e::{Row, User, id_of};
use serde_json::{Value, json};

use crate::shared::{outbox, user};

/// The only event of this type about this task.
#[track_caller]
fn event(user: &User, task: &Value, kind: &str) -> Row {
    let mut rows = outbox().of_task(&user.id, id_of(task));
    rows.retain(|row| row.kind == kind);
    assert_eq!(rows.len(), 1, "{kind}: {rows:?}");
    rows.remove(0)
}

fn is_time(value: &Value) -> bool {
    value
        .as_str()
        .is_some_and(|text| text.ends_with('Z') && text.parse::<DateTime<Utc>>().is_ok())
}

fn is_traceparent(value: &Value) -> bool {
    let parts: Vec<&str> = value.as_str().unwrap_or_default().split('-').collect();
    parts.iter().map(|part| part.len()).eq([2, 32, 16, 2])
        && parts
            .iter()
            .all(|part| part.bytes().all(|byte| byte.is_ascii_hexdigit()))
}

#[track_caller]
fn assert_envelope(row: &Row, user: &User, task: &Value, version: u64) {
    let event = &row.event;
    let want = json!({
        "specversion": "1.0", "id": row.event_id, "type": row.kind, "source": "todo-backend", "subject": task["id"],
        "datacontenttype": "application/json", "partitionkey": user.id,
    });
    for (attribute, value) in want.as_object().unwrap() {
        assert_eq!(&event[attribute], value, "{attribute} of {event}");
    }
    assert!(is_time(&event["time"]), "{event}");
    assert!(is_traceparent(&event["traceparent"]), "{event}");
    assert_eq!(row.event_id.len(), 36, "{event}");
    assert_eq!(row.user_id, user.id);
    assert_eq!(
        (row.data("task_id"), row.data("user_id")),
        (&task["id"], &json!(user.id)),
        "{event}"
    );
    assert_eq!(row.data("version"), version, "{event}");
    assert!(is_time(row.data("timestamp")), "{event}");
    // CloudEvents 1.0: attribute names are lower-case letters and digits.
    for name in event.as_object().unwrap().keys() {
        assert!(
            name.bytes()
                .all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit()),
            "{name}"
        );
    }
}

#[test]
fn created() {
    let user = user();
    let body = json!({
        "title": "pay the rent", "description": "by transfer", "priority": "high", "tags": ["home"],
        "due_date": "2031-01-31T09:00:00Z", "time_zone": "Europe/Berlin", "is_recurring": true,
        "recurring_interval": "monthly",
    });
    let task = user.create(&body);
    let row = event(&user, &task, "task.created");
    assert_envelope(&row, &user, &task, 1);
    for (field, value) in body.as_object().unwrap() {
        assert_eq!(row.data(field), value, "{field} of {}", row.event);
    }
}

#[test]
fn updated() {
    let user = user();
    let task = user.create(&json!({"title": "x", "priority": "low"}));
    user.patch(
        id_of(&task),
        &json!({"title": "y", "due_date": "2031-01-31T09:00:00Z", "priority": "low"}),
    )
    .expect(200);
    let row = event(&user, &task, "task.updated");
    assert_envelope(&row, &user, &task, 2);
    for (field, value) in [
        ("changed_fields", json!(["title", "due_date"])),
        ("title", json!("y")),
        ("due_date", json!("2031-01-31T09:00:00Z")),
    ] {
        assert_eq!(row.data(field), &value, "{}", row.event);
    }
}

#[test]
fn completed() {
    let user = user();
    let task = user.create_recurring("daily", "2031-01-31T09:00:00Z");
    user.complete(id_of(&task));
    let row = event(&user, &task, "task.completed");
    assert_envelope(&row, &user, &task, 2);
    let want = json!({
        "completed": true, "is_recurring": true, "recurring_interval": "daily", "due_date": "2031-01-31T09:00:00Z",
        "series_id": task["series_id"], "occurrence": 1,
    });
    for (field, value) in want.as_object().unwrap() {
        assert_eq!(row.data(field), value, "{field} of {}", row.event);
    }
}

#[test]
fn reopened() {
    let user = user();
    let task = user.create(&json!({"title": "x"}));
    user.complete(id_of(&task));
    user.reopen(id_of(&task));
    let rows = outbox().of_task(&user.id, id_of(&task));
    let last = rows.last().unwrap();
    assert_eq!(last.kind, "task.completed");
    assert_envelope(last, &user, &task, 3);
    assert_eq!(
        (last.data("completed"), last.data("is_recurring")),
        (&json!(false), &json!(false))
    );
}

#[test]
fn deleted() {
    let user = user();
    let task = user.create(&json!({"title": "x"}));
    user.delete(id_of(&task)).expect(204);
    assert_envelope(&event(&user, &task, "task.deleted"), &user, &task, 2);
}

#[test]
fn the_trace_of_the_request_goes_on_in_the_event() {
    let user = user();
    let trace = "4bf92f3577b34da6a3ce929d0e0e4736";
    let call = user
        .call("POST", "")
        .header("traceparent", &format!("00-{trace}-00f067aa0ba902b7-01"));
    let task = call.json(&json!({"title": "x"})).send().expect(201).json();
    let row = event(&user, &task, "task.created");
    assert_eq!(
        row.event["traceparent"].as_str().unwrap().split('-').nth(1),
        Some(trace)
    );
}

#[test]
fn a_broken_traceparent_is_not_passed_on() {
    let user = user();
    let call = user.call("POST", "").header("traceparent", "00-zz-\"-01");
    let task = call.json(&json!({"title": "x"})).send().expect(201).json();
    assert_envelope(&event(&user, &task, "task.created"), &user, &task, 1);
}

#[test]
fn any_text_survives() {
    let user = user();
    let title = "a\"b\\c \u{1f600} \u{2028} ' -- %s";
    let task = user.create(&json!({"title": title}));
    assert_eq!(event(&user, &task, "task.created").data("title"), title);
}
