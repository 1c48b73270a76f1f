//! Which date follows, by policy and by when the task was completed.

use serde_json::json;

use super::recurring;
use crate::recurrence::{next, next_instance};
use crate::testing::{OTHER_ID, at, task};
use crate::time;

/// Policy, interval, due date, completion, the next due date.
type Row = (
    &'static str,
    &'static str,
    &'static str,
    &'static str,
    &'static str,
);

fn check(table: &[Row]) {
    for (policy, interval, due, completed, expected) in table {
        let task = recurring(interval, due, json!({"recurrence_policy": policy}));
        let next = next(&task, at(completed)).map(|next| time::format(next.due_date));
        assert_eq!(
            next.as_deref(),
            Some(*expected),
            "{policy} {interval} due {due}, completed {completed}"
        );
    }
}

#[test]
fn each_goes_on_with_the_date_after_the_due_date_however_late_or_early() {
    check(&[
        (
            "each",
            "daily",
            "2026-01-01T09:00:00Z",
            "2026-01-11T08:00:00Z",
            "2026-01-02T09:00:00Z",
        ),
        (
            "each",
            "daily",
            "2026-01-01T09:00:00Z",
            "2025-06-01T08:00:00Z",
            "2026-01-02T09:00:00Z",
        ),
        (
            "each",
            "daily",
            "1976-01-01T09:00:00Z",
            "2026-01-01T09:00:00Z",
            "1976-01-02T09:00:00Z",
        ),
    ]);
}

#[test]
fn skip_missed_takes_the_first_date_after_due_date_and_completion() {
    check(&[
        (
            "skip_missed",
            "daily",
            "2026-01-01T09:00:00Z",
            "2026-01-10T08:59:59Z",
            "2026-01-10T09:00:00Z",
        ),
        (
            "skip_missed",
            "daily",
            "2026-01-01T09:00:00Z",
            "2026-01-10T09:00:00Z",
            "2026-01-11T09:00:00Z",
        ),
        (
            "skip_missed",
            "daily",
            "2026-01-05T09:00:00Z",
            "2026-01-01T00:00:00Z",
            "2026-01-06T09:00:00Z",
        ),
        (
            "skip_missed",
            "weekly",
            "2026-01-01T09:00:00Z",
            "2026-01-20T00:00:00Z",
            "2026-01-22T09:00:00Z",
        ),
        (
            "skip_missed",
            "monthly",
            "2026-01-31T09:00:00Z",
            "2026-04-15T00:00:00Z",
            "2026-04-30T09:00:00Z",
        ),
        (
            "skip_missed",
            "monthly",
            "2026-01-31T09:00:00Z",
            "2026-04-30T09:00:00Z",
            "2026-05-31T09:00:00Z",
        ),
        (
            "skip_missed",
            "yearly",
            "2020-02-29T09:00:00Z",
            "2026-06-01T00:00:00Z",
            "2027-02-28T09:00:00Z",
        ),
    ]);
}

#[test]
fn skip_missed_does_not_repeat_the_date_of_an_occurrence_that_was_done_early() {
    let more = json!({"recurrence_policy": "skip_missed"});
    let first = recurring("daily", "2026-01-01T09:00:00Z", more);
    let third = crate::Task {
        due_date: Some(at("2026-01-03T09:00:00Z")),
        ..first
    };
    let next = next(&third, at("2026-01-01T12:00:00Z")).unwrap();
    assert_eq!(next.due_date, at("2026-01-04T09:00:00Z"));
}

#[test]
fn a_task_overdue_for_centuries_skips_to_the_next_date() {
    check(&[
        (
            "skip_missed",
            "daily",
            "1976-01-01T09:00:00Z",
            "2026-01-01T10:00:00Z",
            "2026-01-02T09:00:00Z",
        ),
        (
            "skip_missed",
            "daily",
            "0001-01-01T09:00:00Z",
            "9999-12-30T10:00:00Z",
            "9999-12-31T09:00:00Z",
        ),
        (
            "skip_missed",
            "monthly",
            "0001-01-31T09:00:00Z",
            "9999-02-01T00:00:00Z",
            "9999-02-28T09:00:00Z",
        ),
    ]);
}

#[test]
fn from_completion_counts_from_the_completion_late_or_early() {
    check(&[
        (
            "from_completion",
            "monthly",
            "2026-01-31T09:00:00Z",
            "2026-02-10T14:30:00Z",
            "2026-03-10T14:30:00Z",
        ),
        (
            "from_completion",
            "daily",
            "2026-02-10T09:00:00Z",
            "2026-01-01T07:15:00Z",
            "2026-01-02T07:15:00Z",
        ),
        (
            "from_completion",
            "monthly",
            "2026-01-01T09:00:00Z",
            "2026-01-31T09:00:00Z",
            "2026-02-28T09:00:00Z",
        ),
    ]);
}

#[test]
fn from_completion_counts_on_the_wall_clock() {
    let more = json!({"recurrence_policy": "from_completion", "time_zone": "America/New_York"});
    let task = recurring("daily", "2026-03-01T09:00", more);
    let next = next(&task, at("2026-03-07T15:00:00Z")).unwrap();
    assert_eq!(time::format(next.due_date), "2026-03-08T14:00:00Z");
    assert_eq!(next.anchor.to_string(), "2026-03-08 10:00:00");
    let precise = at("2026-03-07T15:00:00Z") + chrono::TimeDelta::nanoseconds(999);
    assert_eq!(super::super::next(&task, precise), Some(next));
}

#[test]
fn from_completion_moves_the_anchor_and_the_other_policies_keep_it() {
    for (policy, expected) in [
        ("each", "2026-01-31 09:00:00"),
        ("skip_missed", "2026-01-31 09:00:00"),
        ("from_completion", "2026-05-10 14:30:00"),
    ] {
        let task = recurring(
            "monthly",
            "2026-01-31T09:00:00Z",
            json!({"recurrence_policy": policy}),
        );
        assert_eq!(
            next(&task, at("2026-04-10T14:30:00Z"))
                .unwrap()
                .anchor
                .to_string(),
            expected,
            "{policy}"
        );
    }
}

#[test]
fn without_a_due_date_the_series_starts_at_the_completion_whatever_the_policy() {
    for policy in ["each", "skip_missed", "from_completion"] {
        let task = task(
            json!({"is_recurring": true, "recurring_interval": "monthly", "recurrence_policy": policy}),
        );
        let second = next_instance(
            &task,
            at("2026-01-31T09:00:00Z"),
            OTHER_ID,
            at("2026-01-31T09:00:00Z"),
        )
        .unwrap();
        assert_eq!(
            second.due_date,
            Some(at("2026-02-28T09:00:00Z")),
            "{policy}"
        );
        assert_eq!(second.occurrence, Some(2), "{policy}");
    }
}
