//! When the reminder of a task is due, after each kind of change.

use serde_json::json;

use super::not_kept;
use crate::Task;
use crate::recurrence::next_instance;
use crate::testing::{OTHER_ID, at, now, object, task};

/// [`now`] is 2026-01-15T12:00:00Z.
#[test]
fn the_reminder_comes_the_given_minutes_before_the_due_date_or_at_once() {
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
        // In twenty hours, and exactly in a day: the default and any other minutes alike.
        (
            json!({"due_date": "2026-01-16T08:00:00Z"}),
            Some("2026-01-15T12:00:00Z"),
        ),
        (
            json!({"due_date": "2026-01-16T12:00:00Z"}),
            Some("2026-01-15T12:00:00Z"),
        ),
        (
            json!({"due_date": "2026-01-16T08:00:00Z", "remind_before_minutes": 3000}),
            Some("2026-01-15T12:00:00Z"),
        ),
        // Due now, and overdue.
        (json!({"due_date": "2026-01-15T12:00:00Z"}), None),
        (
            json!({"due_date": "2026-01-15T12:00:00Z", "remind_before_minutes": 0}),
            None,
        ),
        (json!({"due_date": "2020-01-02T00:00:00Z"}), None),
        (
            json!({"due_date": "2026-02-01T09:00:00Z", "remind_before_minutes": null}),
            None,
        ),
        (json!({"remind_before_minutes": 5}), None),
        (json!({"due_date": "0001-01-01T00:00:00Z"}), None),
    ];
    for (input, expected) in table {
        assert_eq!(task(input.clone()).remind_at, expected.map(at), "{input}");
    }
}

fn patched(task: &Task, input: serde_json::Value, now: &str) -> Task {
    task.patch(&object(input), at(now)).unwrap().unwrap().task
}

#[test]
fn another_date_or_other_minutes_ask_anew_and_nothing_else_does() {
    let task = task(json!({"due_date": "2026-02-01T09:00:00Z"}));
    let late = "2026-01-31T20:00:00Z";
    let table = [
        // The reminder has fired by then, and stays where it was.
        (
            json!({"title": "Feed the cat"}),
            Some("2026-01-31T09:00:00Z"),
        ),
        (
            json!({"time_zone": "Asia/Tokyo"}),
            Some("2026-01-31T09:00:00Z"),
        ),
        (json!({"due_date": "2026-02-01T10:00:00Z"}), Some(late)),
        (
            json!({"due_date": "2026-02-03T09:00:00Z"}),
            Some("2026-02-02T09:00:00Z"),
        ),
        (json!({"due_date": "2026-01-31T19:00:00Z"}), None),
        (json!({"due_date": null}), None),
        (
            json!({"remind_before_minutes": 60}),
            Some("2026-02-01T08:00:00Z"),
        ),
        (json!({"remind_before_minutes": 1441}), Some(late)),
        (json!({"remind_before_minutes": null}), None),
    ];
    for (input, expected) in table {
        let changed = patched(&task, input.clone(), late);
        assert_eq!(changed.remind_at, expected.map(at), "{input}");
    }
}

#[test]
fn an_edit_keeps_the_reminder_that_was_due_at_once() {
    let task = task(json!({"due_date": "2026-01-16T08:00:00Z"}));
    let changed = patched(&task, json!({"title": "x"}), "2026-01-15T13:00:00Z");
    assert_eq!(changed.remind_at, Some(now()));
}

#[test]
fn a_completed_or_deleted_task_has_none_until_it_is_back_before_its_time() {
    let task = task(json!({"due_date": "2026-02-01T09:00:00Z"}));
    let completed = task.set_completed(true, now()).unwrap();
    let deleted = task.delete(now()).unwrap();
    assert_eq!((completed.remind_at, deleted.remind_at), (None, None));
    let moved = patched(
        &completed,
        json!({"due_date": "2026-03-01T09:00:00Z"}),
        "2026-01-16T00:00:00Z",
    );
    assert_eq!(moved.remind_at, None);
    for (back, expected) in [
        ("2026-01-31T08:00:00Z", task.remind_at),
        ("2026-01-31T09:00:00Z", None),
        ("2026-02-02T09:00:00Z", None),
    ] {
        let back = at(back);
        let reopened = completed.set_completed(false, back).unwrap();
        let restored = deleted.restore(back).unwrap();
        let got = (reopened.remind_at, restored.remind_at);
        assert_eq!(got, (expected, expected), "{back}");
    }
}

#[test]
fn a_next_occurrence_asks_when_it_is_made() {
    let first = task(json!({
        "due_date": "2026-01-15T09:00:00Z", "is_recurring": true, "recurring_interval": "daily",
    }));
    let made = |now: &str| next_instance(&first, at(now), OTHER_ID, at(now)).unwrap();
    let table = [
        ("2026-01-15T08:00:00Z", Some("2026-01-15T09:00:00Z")),
        ("2026-01-15T20:00:00Z", Some("2026-01-15T20:00:00Z")),
        ("2026-01-17T20:00:00Z", None),
    ];
    for (time, expected) in table {
        assert_eq!(made(time).remind_at, expected.map(at), "{time}");
    }
}

#[test]
fn a_task_from_before_it_was_kept_has_what_was_set_then() {
    for (due, expected) in [
        ("2026-02-01T09:00:00Z", Some("2026-01-31T09:00:00Z")),
        ("2026-01-16T08:00:00Z", None),
    ] {
        let task = task(json!({"due_date": due}));
        assert_eq!(not_kept(&task), expected.map(at), "{due}");
        assert_eq!(not_kept(&task.set_completed(true, now()).unwrap()), None);
    }
}
