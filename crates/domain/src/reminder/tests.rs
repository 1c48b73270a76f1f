//! When the reminder of a task is due, and which change asked for it.

use serde_json::json;

use super::{ReminderCause, remind_at};
use crate::Task;
use crate::event::{CloudEvent, EventData, EventMeta, SOURCE_USER};
use crate::testing::{OTHER_ID, at, now, object, task};

#[test]
fn the_reminder_comes_the_given_minutes_before_the_due_date() {
    let table = [
        (
            json!({"due_date": "2026-02-01T09:00:00Z"}),
            Some("2026-01-31T09:00:00Z"),
        ),
        (
            json!({"due_date": "2026-02-01T09:00:00Z", "remind_before_minutes": 0}),
            Some("2026-02-01T09:00:00Z"),
        ),
        (
            json!({"due_date": "2026-03-08T12:00", "time_zone": "America/New_York"}),
            Some("2026-03-07T16:00:00Z"),
        ),
        (
            json!({"due_date": "2020-01-02T00:00:00Z"}),
            Some("2020-01-01T00:00:00Z"),
        ),
        (
            json!({"due_date": "2026-02-01T09:00:00Z", "remind_before_minutes": null}),
            None,
        ),
        (json!({"remind_before_minutes": 5}), None),
        (json!({"due_date": "0001-01-01T00:00:00Z"}), None),
    ];
    for (input, expected) in table {
        assert_eq!(remind_at(&task(input.clone())), expected.map(at), "{input}");
    }
}

#[test]
fn a_completed_or_deleted_task_has_none_until_it_is_back() {
    let task = task(json!({"due_date": "2026-02-01T09:00:00Z"}));
    let completed = task.set_completed(true, now()).unwrap();
    assert_eq!(remind_at(&completed), None);
    assert_eq!(
        remind_at(&completed.set_completed(false, now()).unwrap()),
        remind_at(&task)
    );
    let deleted = task.delete(now()).unwrap();
    assert_eq!(remind_at(&deleted), None);
    assert_eq!(
        remind_at(&deleted.restore(now()).unwrap()),
        remind_at(&task)
    );
}

/// The event of the creation of `task`.
fn created(task: &Task) -> CloudEvent {
    let meta = EventMeta {
        id: OTHER_ID,
        source: SOURCE_USER,
        time: now(),
        traceparent: None,
    };
    CloudEvent::task_created(task, &meta)
}

fn asked(event: &CloudEvent, task: &Task) -> ReminderCause {
    ReminderCause::from_event(event, &EventData::of(event).unwrap(), task)
}

#[test]
fn a_reminder_was_asked_for_by_the_change_that_says_what_it_follows_from() {
    let task = task(json!({"due_date": "2026-02-01T09:00:00Z"}));
    let later = at("2026-01-16T12:00:00Z");
    let creation = ReminderCause {
        version: 1,
        at: now(),
    };
    let table = [
        (json!({"title": "Feed the cat"}), now()),
        (json!({"remind_before_minutes": 60}), later),
        (json!({"remind_before_minutes": null}), later),
        (json!({"due_date": "2026-02-01T10:00:00Z"}), later),
        (json!({"due_date": null}), later),
    ];
    assert_eq!(asked(&created(&task), &task), creation);
    for (input, at) in table {
        let changed = task.patch(&object(input.clone()), later).unwrap().unwrap();
        let expected = ReminderCause { at, ..creation };
        assert_eq!(asked(&created(&task), &changed.task), expected, "{input}");
    }
}

#[test]
fn no_event_is_ahead_of_its_task() {
    let task = task(json!({"due_date": "2026-02-01T09:00:00Z"}));
    let mut event = created(&task);
    event.data["version"] = json!(7);
    event.data["timestamp"] = json!("2030-01-01T00:00:00Z");
    assert_eq!(asked(&event, &task), ReminderCause::from_creation(&task));
}

#[test]
fn whoever_made_a_task_asks_by_its_creation_whatever_came_after() {
    let task = task(json!({"due_date": "2026-02-01T09:00:00Z"}));
    let later = at("2026-01-16T12:00:00Z");
    let deleted = task.delete(later).unwrap();
    assert_eq!(
        ReminderCause::from_creation(&deleted),
        ReminderCause::from_last_change(&task)
    );
    let last = ReminderCause {
        version: 2,
        at: later,
    };
    assert_eq!(ReminderCause::from_last_change(&deleted), last);
}
