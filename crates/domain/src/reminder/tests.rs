//! When the reminder of a task is due.

use serde_json::json;

use super::remind_at;
use crate::testing::{at, now, task};

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
