//! Completing, reopening, deleting and restoring.

use chrono::TimeDelta;
use serde_json::json;

use super::{later, patched};
use crate::testing::{at, now, task};
use crate::{RESTORE_DAYS, Task};

#[test]
fn completing_sets_the_time_and_reopening_clears_it() {
    let task = task(json!({}));
    let completed = task.set_completed(true, later()).unwrap();
    let expected = Task {
        completed: true,
        completed_at: Some(later()),
        version: 2,
        updated_at: later(),
        ..task.clone()
    };
    assert_eq!(completed, expected);
    let reopened = completed.set_completed(false, later()).unwrap();
    assert_eq!(
        reopened,
        Task {
            version: 3,
            updated_at: later(),
            ..task
        }
    );
}

#[test]
fn a_state_that_is_there_already_is_no_change() {
    let task = task(json!({}));
    assert_eq!(task.set_completed(false, later()), None);
    assert_eq!(
        task.set_completed(true, now())
            .unwrap()
            .set_completed(true, later()),
        None
    );
    assert_eq!(task.delete(now()).unwrap().delete(later()), None);
    assert_eq!(task.restore(later()), None);
}

#[test]
fn deleting_marks_the_task_and_restoring_unmarks_it() {
    let task = task(json!({}));
    let deleted = task.delete(later()).unwrap();
    assert_eq!(
        deleted,
        Task {
            deleted_at: Some(later()),
            version: 2,
            updated_at: later(),
            ..task.clone()
        }
    );
    let restored = deleted.restore(later()).unwrap();
    assert_eq!(
        restored,
        Task {
            version: 3,
            updated_at: later(),
            ..task
        }
    );
}

#[test]
fn a_deleted_task_can_be_restored_for_30_days() {
    let deleted = task(json!({})).delete(now()).unwrap();
    let last = now() + TimeDelta::days(RESTORE_DAYS);
    assert!(deleted.restorable(last) && deleted.restore(last).is_some());
    let too_late = last + TimeDelta::microseconds(1);
    assert!(!deleted.restorable(too_late) && deleted.restore(too_late).is_none());
    assert!(!task(json!({})).restorable(now()));
}

#[test]
fn the_highest_version_does_not_overflow() {
    let task = Task {
        version: u64::MAX,
        ..task(json!({}))
    };
    assert_eq!(task.set_completed(true, later()).unwrap().version, u64::MAX);
}

#[test]
fn times_of_a_state_are_whole_microseconds() {
    let precise = later() + TimeDelta::nanoseconds(1_999);
    let whole = Some(later() + TimeDelta::microseconds(1));
    assert_eq!(
        task(json!({}))
            .set_completed(true, precise)
            .unwrap()
            .completed_at,
        whole
    );
    assert_eq!(task(json!({})).delete(precise).unwrap().deleted_at, whole);
}

#[test]
fn a_task_became_overdue_only_if_it_was_not_when_it_last_changed() {
    let due = "2026-01-15T12:30:00Z";
    let plain = task(json!({"due_date": due}));
    assert!(!plain.became_overdue(at(due)), "not before the due date");
    assert!(plain.became_overdue(at("2026-01-15T12:30:01Z")));
    assert!(!task(json!({})).became_overdue(later()));
    let renamed = patched(&plain, json!({"title": "Changed when it was overdue"}));
    assert!(!renamed.became_overdue(later()));
    let done = plain.set_completed(true, at(due)).unwrap();
    assert!(!done.became_overdue(later()));
}
