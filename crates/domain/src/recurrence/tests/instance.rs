//! The next occurrence as a task of its own.

use serde_json::json;

use super::recurring;
use crate::Task;
use crate::recurrence::next_instance;
use crate::testing::{ID, OTHER_ID, at, now};

fn completed() -> Task {
    let more = json!({
        "title": "Pay rent", "description": "to Ada", "priority": "high", "tags": ["home", "money"],
        "time_zone": "Europe/Berlin", "recurring_every": 2, "recurrence_policy": "skip_missed",
        "recurring_until": "2030-01-01T00:00:00Z", "recurring_count": 10, "remind_before_minutes": 30,
    });
    let task = recurring("monthly", "2026-01-31T09:00", more);
    Task {
        version: 7,
        ..task
            .set_completed(true, at("2026-02-01T10:00:00Z"))
            .unwrap()
    }
}

#[test]
fn it_keeps_the_fields_and_starts_afresh() {
    let first = completed();
    let at_event = at("2026-02-01T10:00:01Z");
    let second = next_instance(&first, at("2026-02-01T10:00:00Z"), OTHER_ID, at_event).unwrap();
    let expected = Task {
        id: OTHER_ID,
        due_date: Some(at("2026-03-31T07:00:00Z")),
        remind_at: Some(at("2026-03-31T06:30:00Z")),
        completed: false,
        completed_at: None,
        series_id: Some(ID),
        occurrence: Some(2),
        version: 1,
        created_at: at_event,
        updated_at: at_event,
        ..first.clone()
    };
    assert_eq!(second, expected);
    assert_eq!(second.anchor, first.anchor);
}

#[test]
fn the_series_goes_on_from_it() {
    let second = next_instance(&completed(), now(), OTHER_ID, now()).unwrap();
    let third = next_instance(&second, second.due_date.unwrap(), ID, now()).unwrap();
    assert_eq!(third.occurrence, Some(3));
    assert_eq!(third.series_id, Some(ID));
    assert_eq!(third.due_date, Some(at("2026-05-31T07:00:00Z")));
}

#[test]
fn a_task_without_a_series_becomes_the_first_of_one() {
    let first = Task {
        series_id: None,
        occurrence: None,
        ..completed()
    };
    let second = next_instance(&first, now(), OTHER_ID, now()).unwrap();
    assert_eq!((second.series_id, second.occurrence), (Some(ID), Some(2)));
}

#[test]
fn a_deleted_tasks_next_is_not_deleted() {
    let deleted = completed().delete(now()).unwrap();
    assert_eq!(
        next_instance(&deleted, now(), OTHER_ID, now())
            .unwrap()
            .deleted_at,
        None
    );
}
