//! The dates ahead of a recurring task.

use serde_json::{Value, json};

use super::recurring;
use crate::recurrence::{next, upcoming};
use crate::testing::{at, task};
use crate::time;

fn dates(due: &str, more: Value, now: &str, limit: usize) -> Vec<String> {
    upcoming(&recurring("daily", due, more), at(now), limit)
        .into_iter()
        .map(time::format)
        .collect()
}

#[test]
fn the_dates_follow_the_policy() {
    let due = "2026-01-01T09:00:00Z";
    let later = "2026-01-05T12:30:00Z";
    let table = [
        (
            "each",
            due,
            ["2026-01-02T09:00:00Z", "2026-01-03T09:00:00Z"],
        ),
        (
            "each",
            later,
            ["2026-01-02T09:00:00Z", "2026-01-03T09:00:00Z"],
        ),
        (
            "skip_missed",
            due,
            ["2026-01-02T09:00:00Z", "2026-01-03T09:00:00Z"],
        ),
        (
            "skip_missed",
            later,
            ["2026-01-06T09:00:00Z", "2026-01-07T09:00:00Z"],
        ),
        (
            "from_completion",
            "2025-12-01T00:00:00Z",
            ["2026-01-02T09:00:00Z", "2026-01-03T09:00:00Z"],
        ),
        (
            "from_completion",
            later,
            ["2026-01-06T12:30:00Z", "2026-01-07T12:30:00Z"],
        ),
    ];
    for (policy, now, expected) in table {
        assert_eq!(
            dates(due, json!({"recurrence_policy": policy}), now, 2),
            expected,
            "{policy} at {now}"
        );
    }
}

#[test]
fn without_a_due_date_they_start_from_now() {
    let task = task(json!({"is_recurring": true, "recurring_interval": "weekly"}));
    let dates = upcoming(&task, at("2026-01-05T12:30:00Z"), 2);
    assert_eq!(
        dates,
        [at("2026-01-12T12:30:00Z"), at("2026-01-19T12:30:00Z")]
    );
}

#[test]
fn a_completed_task_is_followed_by_the_occurrence_that_its_completion_made() {
    let due = "2026-01-01T09:00:00Z";
    for (policy, completed, now) in [
        (
            "skip_missed",
            "2026-01-05T12:30:00Z",
            "2026-02-01T00:00:00Z",
        ),
        (
            "from_completion",
            "2026-01-05T12:30:00Z",
            "2026-02-01T00:00:00Z",
        ),
        // Before it was due.
        (
            "from_completion",
            "2025-12-30T12:30:00Z",
            "2025-12-31T00:00:00Z",
        ),
    ] {
        let task = recurring("daily", due, json!({"recurrence_policy": policy}))
            .set_completed(true, at(completed))
            .unwrap();
        let made = next(&task, at(completed)).unwrap().due_date;
        assert_eq!(upcoming(&task, at(now), 1), [made], "{policy} {completed}");
    }
}

#[test]
fn they_stop_at_the_limit_and_at_the_end_of_the_series() {
    let (due, now) = ("2026-01-01T09:00:00Z", "2026-01-01T00:00:00Z");
    assert_eq!(dates(due, json!({}), now, 0).len(), 0);
    assert_eq!(dates(due, json!({}), now, 50).len(), 50);
    assert_eq!(dates(due, json!({"recurring_count": 4}), now, 50).len(), 3);
    assert_eq!(
        dates(
            due,
            json!({"recurring_until": "2026-01-03T09:00:00Z"}),
            now,
            50
        )
        .len(),
        2
    );
    assert_eq!(
        dates("9999-12-30T09:00:00Z", json!({}), now, usize::MAX),
        ["9999-12-31T09:00:00Z"]
    );
}

#[test]
fn a_task_that_does_not_recur_has_none() {
    assert!(
        upcoming(
            &task(json!({"due_date": "2026-01-01T09:00:00Z"})),
            at("2026-01-01T00:00:00Z"),
            5
        )
        .is_empty()
    );
}
