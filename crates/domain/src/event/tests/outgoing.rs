//! The shape of each event.

use serde_json::{Value, json};

use super::{TRACE, meta, rent};
use crate::event::{CloudEvent, EventMeta, HANDLER_SOURCE};
use crate::testing::at;

const ID: &str = "01890000-0000-7000-8000-000000000001";
const EVENT_ID: &str = "01890000-0000-7000-8000-0000000000ee";

/// `data` must be what every event carries plus `more`, in the right envelope.
fn check(event: &CloudEvent, event_type: &str, version: u64, more: Value) {
    let mut data = json!({
        "task_id": ID, "user_id": "ada", "version": version, "timestamp": "2026-01-20T08:00:00.250Z",
    });
    data.as_object_mut()
        .unwrap()
        .extend(crate::testing::object(more));
    let expected = json!({
        "specversion": "1.0", "id": EVENT_ID, "type": event_type, "source": "todo-backend", "subject": ID,
        "time": "2026-01-20T08:00:00.250Z", "datacontenttype": "application/json", "partitionkey": "ada",
        "traceparent": TRACE, "data": data,
    });
    assert_eq!(serde_json::to_value(event).unwrap(), expected);
}

#[test]
fn attributes_come_in_the_documented_order() {
    let expected = format!(
        concat!(
            r#"{{"specversion":"1.0","id":"{}","type":"task.deleted","source":"todo-backend","subject":"{}","#,
            r#""time":"2026-01-20T08:00:00.250Z","datacontenttype":"application/json","partitionkey":"ada","#,
            r#""traceparent":"{}","data":{{"#,
        ),
        EVENT_ID, ID, TRACE
    );
    let json = CloudEvent::task_deleted(&rent(), &meta()).to_json();
    assert!(json.starts_with(&expected), "{json}");
}

#[test]
fn an_absent_trace_is_left_out_and_the_source_is_the_callers() {
    let meta = EventMeta {
        traceparent: None,
        source: HANDLER_SOURCE,
        ..meta()
    };
    let event = serde_json::to_value(CloudEvent::task_deleted(&rent(), &meta)).unwrap();
    assert_eq!(event.get("traceparent"), None);
    assert_eq!(event["source"], "handler");
}

#[test]
fn task_created_carries_the_whole_task() {
    let more = json!({
        "title": "Pay rent", "description": null, "priority": "medium", "tags": ["home"],
        "due_date": "2026-01-31T08:00:00Z", "time_zone": "Europe/Berlin", "is_recurring": true,
        "recurring_interval": "monthly", "recurring_every": 1, "recurrence_rule": null, "recurrence_policy": "each",
        "recurring_until": null,
        "recurring_count": null, "remind_before_minutes": 1440, "remind_at": "2026-01-30T08:00:00Z", "completed": false, "completed_at": null,
        "series_id": ID, "occurrence": 1, "created_at": "2026-01-15T12:00:00Z", "updated_at": "2026-01-15T12:00:00Z",
    });
    check(
        &CloudEvent::task_created(&rent(), &meta()),
        "task.created",
        1,
        more,
    );
}

#[test]
fn task_updated_carries_the_changed_fields_and_their_new_values() {
    let change = rent()
        .patch(
            &crate::testing::object(json!({"title": "Rent", "due_date": null})),
            meta().time,
        )
        .unwrap()
        .unwrap();
    let event = CloudEvent::task_updated(&change.task, &change.changed_fields, &meta());
    let more = json!({"changed_fields": ["title", "due_date"], "title": "Rent", "due_date": null});
    check(&event, "task.updated", 2, more);
}

#[test]
fn a_restored_task_is_updated_in_deleted_at() {
    let restored = rent()
        .delete(meta().time)
        .unwrap()
        .restore(meta().time)
        .unwrap();
    let event = CloudEvent::task_updated(&restored, &["deleted_at"], &meta());
    check(
        &event,
        "task.updated",
        3,
        json!({"changed_fields": ["deleted_at"], "deleted_at": null}),
    );
}

#[test]
fn task_completed_carries_the_new_state_and_the_series() {
    let completed = rent().set_completed(true, meta().time).unwrap();
    let more = |completed: bool, completed_at: Value| {
        json!({
            "completed": completed, "completed_at": completed_at, "is_recurring": true,
            "recurring_interval": "monthly", "recurrence_rule": null, "due_date": "2026-01-31T08:00:00Z",
            "series_id": ID, "occurrence": 1,
        })
    };
    let event = CloudEvent::task_completed(&completed, &meta());
    check(
        &event,
        "task.completed",
        2,
        more(true, json!("2026-01-20T08:00:00.250Z")),
    );
    let reopened = completed.set_completed(false, meta().time).unwrap();
    check(
        &CloudEvent::task_completed(&reopened, &meta()),
        "task.completed",
        3,
        more(false, json!(null)),
    );
}

#[test]
fn task_deleted_carries_nothing_more() {
    check(
        &CloudEvent::task_deleted(&rent(), &meta()),
        "task.deleted",
        1,
        json!({}),
    );
}

#[test]
fn reminders_carry_their_time_and_what_a_notification_says() {
    let remind_at = at("2026-01-30T08:00:00Z");
    let scheduled = CloudEvent::reminder_scheduled(&rent(), remind_at, &meta());
    check(
        &scheduled,
        "reminder.scheduled",
        1,
        json!({"remind_at": "2026-01-30T08:00:00Z"}),
    );
    let triggered = CloudEvent::reminder_triggered(&rent(), remind_at, &meta());
    let more = json!({
        "remind_at": "2026-01-30T08:00:00Z", "task_title": "Pay rent", "due_date": "2026-01-31T08:00:00Z",
    });
    check(&triggered, "reminder.triggered", 1, more);
}
