//! Where a series ends.

use chrono::TimeDelta;
use serde_json::json;

use super::{recurring, walk};
use crate::recurrence::{next, next_instance};
use crate::testing::{OTHER_ID, at, now, task};

#[test]
fn an_occurrence_may_be_due_exactly_at_the_end_and_not_after_it() {
    let with_until = |until: &str| {
        recurring(
            "daily",
            "2026-01-01T09:00:00Z",
            json!({"recurring_until": until}),
        )
    };
    assert_eq!(
        walk(&with_until("2026-01-03T09:00:00Z"), 9),
        ["2026-01-02T09:00:00Z", "2026-01-03T09:00:00Z"]
    );
    assert_eq!(
        walk(&with_until("2026-01-03T08:59:59.999999Z"), 9),
        ["2026-01-02T09:00:00Z"]
    );
    assert!(walk(&with_until("2026-01-01T09:00:00Z"), 9).is_empty());
}

#[test]
fn the_end_counts_for_the_date_that_the_policy_chose() {
    let more =
        json!({"recurring_until": "2026-01-05T09:00:00Z", "recurrence_policy": "skip_missed"});
    let task = recurring("daily", "2026-01-01T09:00:00Z", more);
    assert!(next(&task, at("2026-01-05T08:00:00Z")).is_some());
    assert!(next(&task, at("2026-01-05T09:00:00Z")).is_none());
}

#[test]
fn the_count_includes_the_first_occurrence() {
    for (count, following) in [(1, 0), (2, 1), (5, 4)] {
        let task = recurring(
            "daily",
            "2026-01-01T09:00:00Z",
            json!({"recurring_count": count}),
        );
        assert_eq!(walk(&task, 9).len(), following, "count {count}");
    }
}

#[test]
fn a_count_below_the_number_reached_ends_the_series() {
    let mut task = recurring(
        "daily",
        "2026-01-01T09:00:00Z",
        json!({"recurring_count": 3}),
    );
    task.occurrence = Some(7);
    assert!(next(&task, now()).is_none());
}

#[test]
fn whichever_end_comes_first_counts() {
    let more = json!({"recurring_count": 9, "recurring_until": "2026-01-02T09:00:00Z"});
    assert_eq!(
        walk(&recurring("daily", "2026-01-01T09:00:00Z", more), 20).len(),
        1
    );
    let more = json!({"recurring_count": 2, "recurring_until": "2027-01-01T09:00:00Z"});
    assert_eq!(
        walk(&recurring("daily", "2026-01-01T09:00:00Z", more), 20).len(),
        1
    );
}

#[test]
fn the_calendar_ends_with_the_year_9999() {
    let task = recurring("yearly", "9990-06-01T00:00:00Z", json!({}));
    assert_eq!(walk(&task, 20).len(), 9);
    let task = recurring("daily", "9999-12-31T09:00:00Z", json!({}));
    assert!(next(&task, now()).is_none());
    // In UTC it is 9999 still, on the task's wall clock no longer.
    let task = recurring(
        "daily",
        "9999-12-31T08:00",
        json!({"time_zone": "Asia/Tokyo"}),
    );
    assert!(next(&task, now()).is_none());
    // And the other way round.
    let task = recurring(
        "daily",
        "9999-12-30T20:00",
        json!({"time_zone": "America/New_York"}),
    );
    assert!(next(&task, now()).is_none());
    let task = recurring(
        "yearly",
        "2026-01-01T00:00:00Z",
        json!({"recurring_every": 999}),
    );
    assert_eq!(walk(&task, 20).len(), 7);
    // Its last microsecond is what a task without a due date sorts by.
    let task = recurring("daily", "9999-12-30T23:59:59.999999Z", json!({}));
    assert!(next(&task, now()).is_none());
}

#[test]
fn a_task_that_does_not_recur_has_no_next() {
    let once = task(json!({"due_date": "2026-01-01T09:00:00Z", "recurring_interval": "daily"}));
    assert!(next(&once, now()).is_none());
    assert!(next_instance(&once, now(), OTHER_ID, now()).is_none());
    // Not reachable through the API, but a row could be like this.
    let mut broken = recurring("daily", "2026-01-01T09:00:00Z", json!({}));
    broken.recurring_interval = None;
    assert!(next(&broken, now()).is_none());
}

#[test]
fn the_last_possible_occurrence_number_ends_the_series() {
    let mut task = recurring("daily", "2026-01-01T09:00:00Z", json!({}));
    task.occurrence = Some(u32::MAX);
    assert!(next(&task, now() + TimeDelta::days(1)).is_none());
}
