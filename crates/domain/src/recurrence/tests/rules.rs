//! Series by a recurrence rule: the policies, the ends, and what each occurrence hands on.

use serde_json::{Value, json};

use super::walk;
use crate::recurrence::{next, next_instance, upcoming};
use crate::testing::{OTHER_ID, at, now, object, task};
use crate::{RecurrenceRule, Task, time};

/// A task due on Monday, 5 January 2026 at 09:00 in Berlin.
fn ruled(rule: &str, more: Value) -> Task {
    let mut input = object(json!({
        "is_recurring": true, "recurrence_rule": rule, "due_date": "2026-01-05T09:00", "time_zone": "Europe/Berlin",
    }));
    input.extend(object(more));
    task(Value::Object(input))
}

fn dates(rule: &str, more: Value, count: usize) -> Vec<String> {
    walk(&ruled(rule, more), count)
}

#[test]
fn the_next_occurrence_is_the_next_date_of_the_rule() {
    assert_eq!(
        dates("FREQ=WEEKLY;BYDAY=MO,TH", json!({}), 3),
        [
            "2026-01-08T08:00:00Z",
            "2026-01-12T08:00:00Z",
            "2026-01-15T08:00:00Z"
        ]
    );
    // The last working day of the month, over the beginning of summer time.
    assert_eq!(
        dates(
            "FREQ=MONTHLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=-1",
            json!({}),
            4
        ),
        [
            "2026-01-30T08:00:00Z",
            "2026-02-27T08:00:00Z",
            "2026-03-31T07:00:00Z",
            "2026-04-30T07:00:00Z"
        ]
    );
}

#[test]
fn the_due_date_is_the_first_occurrence_also_when_the_rule_would_not_name_it() {
    assert_eq!(
        dates("FREQ=WEEKLY;BYDAY=TU;COUNT=2", json!({}), 9),
        ["2026-01-06T08:00:00Z"]
    );
}

#[test]
fn the_interval_counts_from_the_first_due_date() {
    let third = "2026-02-02T08:00:00Z";
    assert_eq!(
        dates("FREQ=WEEKLY;INTERVAL=2", json!({}), 2),
        ["2026-01-19T08:00:00Z", third]
    );
    let late = ruled(
        "FREQ=WEEKLY;INTERVAL=2",
        json!({"recurrence_policy": "skip_missed"}),
    );
    let next = next(&late, at("2026-01-20T00:00:00Z")).unwrap();
    assert_eq!(time::format(next.due_date), third);
    assert_eq!(next.occurrence, 2);
}

#[test]
fn each_policy_has_its_next_date() {
    for (policy, completed, expected) in [
        ("each", "2026-01-14T10:00:00Z", "2026-01-08T08:00:00Z"),
        (
            "skip_missed",
            "2026-01-14T10:00:00Z",
            "2026-01-15T08:00:00Z",
        ),
        (
            "skip_missed",
            "2026-01-01T10:00:00Z",
            "2026-01-08T08:00:00Z",
        ),
        // From a Wednesday on, at the time of the completion.
        (
            "from_completion",
            "2026-01-14T10:00:00Z",
            "2026-01-15T10:00:00Z",
        ),
        (
            "from_completion",
            "2026-01-15T10:00:00Z",
            "2026-01-19T10:00:00Z",
        ),
    ] {
        let task = ruled(
            "FREQ=WEEKLY;BYDAY=MO,TH",
            json!({"recurrence_policy": policy}),
        );
        let next = next(&task, at(completed)).unwrap();
        assert_eq!(
            time::format(next.due_date),
            expected,
            "{policy} {completed}"
        );
    }
    let every_third_day = ruled(
        "FREQ=DAILY;INTERVAL=3",
        json!({"recurrence_policy": "from_completion"}),
    );
    let next = next(&every_third_day, at("2026-01-14T10:00:00Z")).unwrap();
    assert_eq!(time::format(next.due_date), "2026-01-17T10:00:00Z");
}

#[test]
fn without_a_due_date_it_counts_from_the_completion() {
    let task = task(json!({"is_recurring": true, "recurrence_rule": "FREQ=MONTHLY;BYMONTHDAY=1"}));
    let next = next(&task, at("2026-01-14T10:00:00Z")).unwrap();
    assert_eq!(time::format(next.due_date), "2026-02-01T10:00:00Z");
}

#[test]
fn count_and_until_end_the_series() {
    assert_eq!(dates("FREQ=DAILY;COUNT=3", json!({}), 9).len(), 2);
    assert!(dates("FREQ=DAILY;COUNT=1", json!({}), 9).is_empty());
    for (until, following) in [
        ("20260105", 0),
        ("20260107", 2),
        ("20260107T090000", 2),
        ("20260107T085959", 1),
        // 09:00 in Berlin is 08:00 in UTC.
        ("20260107T080000Z", 2),
        ("20260107T075959Z", 1),
    ] {
        let dates = dates(&format!("FREQ=DAILY;UNTIL={until}"), json!({}), 9);
        assert_eq!(dates.len(), following, "{until}: {dates:?}");
    }
}

#[test]
fn the_next_instance_has_the_rule_and_the_anchor() {
    let first = ruled("FREQ=WEEKLY;INTERVAL=2;BYDAY=MO,FR", json!({}));
    let next = next_instance(&first, now(), OTHER_ID, now()).unwrap();
    assert_eq!(next.recurrence_rule, first.recurrence_rule);
    assert_eq!(next.anchor, first.anchor);
    assert_eq!(
        (next.series_id, next.occurrence),
        (first.series_id, Some(2))
    );
}

#[test]
fn the_dates_ahead_are_those_of_the_rule() {
    let task = ruled("FREQ=MONTHLY;BYDAY=2TU;COUNT=4", json!({}));
    let ahead: Vec<String> = upcoming(&task, now(), 10)
        .into_iter()
        .map(time::format)
        .collect();
    assert_eq!(
        ahead,
        [
            "2026-01-13T08:00:00Z",
            "2026-02-10T08:00:00Z",
            "2026-03-10T08:00:00Z"
        ]
    );
}

#[test]
fn a_stored_text_that_is_no_rule_ends_the_series() {
    let broken = Task {
        recurrence_rule: Some(RecurrenceRule::trusted("every day".to_owned())),
        ..ruled("FREQ=DAILY", json!({}))
    };
    assert_eq!(next(&broken, now()), None);
    assert!(upcoming(&broken, now(), 5).is_empty());
}
