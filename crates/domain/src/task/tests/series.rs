//! How a task joins a series, and what moves the series' anchor.

use serde_json::{Value, json};

use super::{patch, patched};
use crate::Task;
use crate::testing::{ID, OTHER_ID, task};

fn monthly() -> Task {
    task(json!({
        "due_date": "2026-01-31T09:00", "time_zone": "Europe/Berlin", "is_recurring": true,
        "recurring_interval": "monthly",
    }))
}

/// The third occurrence of [`monthly`], due on a shorter month's last day.
fn third() -> Task {
    Task {
        id: OTHER_ID,
        occurrence: Some(3),
        due_date: Some(crate::testing::at("2026-04-30T07:00:00Z")),
        ..monthly()
    }
}

fn anchor(task: &Task) -> Option<String> {
    task.anchor.map(|anchor| anchor.to_string())
}

#[test]
fn a_recurring_task_is_the_first_of_its_own_series() {
    let task = monthly();
    assert_eq!((task.series_id, task.occurrence), (Some(ID), Some(1)));
    assert_eq!(anchor(&task).as_deref(), Some("2026-01-31 09:00:00"));
}

#[test]
fn other_tasks_belong_to_no_series() {
    let task = task(json!({"due_date": "2026-01-31T09:00", "recurring_interval": "monthly"}));
    assert_eq!(
        (task.series_id, task.occurrence, task.anchor),
        (None, None, None)
    );
}

#[test]
fn without_a_due_date_there_is_a_series_but_no_anchor() {
    let task = task(json!({"is_recurring": true, "recurring_interval": "daily"}));
    assert_eq!(
        (task.series_id, task.occurrence, task.anchor),
        (Some(ID), Some(1), None)
    );
}

#[test]
fn a_task_that_becomes_recurring_starts_a_series_and_says_so() {
    let plain = task(json!({"due_date": "2026-02-01T09:00:00Z"}));
    let change = patch(
        &plain,
        json!({"is_recurring": true, "recurring_interval": "daily"}),
    )
    .unwrap()
    .unwrap();
    assert_eq!(
        change.changed_fields,
        [
            "is_recurring",
            "recurring_interval",
            "series_id",
            "occurrence"
        ]
    );
    assert_eq!(
        (change.task.series_id, change.task.occurrence),
        (Some(ID), Some(1))
    );
    assert_eq!(anchor(&change.task).as_deref(), Some("2026-02-01 09:00:00"));
}

#[test]
fn series_and_number_stay_when_recurrence_is_switched_off_and_on_again() {
    let off = patched(&third(), json!({"is_recurring": false}));
    assert_eq!(
        (off.series_id, off.occurrence, off.anchor),
        (Some(ID), Some(3), None)
    );
    let on = patched(&off, json!({"is_recurring": true}));
    assert_eq!((on.series_id, on.occurrence), (Some(ID), Some(3)));
    assert_eq!(anchor(&on).as_deref(), Some("2026-04-30 09:00:00"));
}

#[test]
fn only_a_changed_schedule_moves_the_anchor() {
    let kept = Some("2026-01-31 09:00:00");
    let moved = Some("2026-04-30 09:00:00");
    let table: Vec<(Value, Option<&str>)> = vec![
        (json!({"title": "Another title"}), kept),
        (
            json!({"priority": "low", "tags": ["x"], "description": "x", "remind_before_minutes": 5}),
            kept,
        ),
        (json!({"recurrence_policy": "skip_missed"}), kept),
        (
            json!({"recurring_until": "2030-01-01T00:00:00Z", "recurring_count": 40}),
            kept,
        ),
        (
            json!({"due_date": "2026-04-30T09:00", "title": "The same date again"}),
            kept,
        ),
        (json!({"recurring_every": 2}), moved),
        (json!({"recurring_interval": "yearly"}), moved),
        (
            json!({"due_date": "2026-05-15T10:30"}),
            Some("2026-05-15 10:30:00"),
        ),
        (
            json!({"time_zone": "Asia/Tokyo"}),
            Some("2026-04-30 16:00:00"),
        ),
        (json!({"due_date": null}), None),
    ];
    for (input, expected) in table {
        assert_eq!(
            anchor(&patched(&third(), input.clone())).as_deref(),
            expected,
            "{input}"
        );
    }
}

#[test]
fn a_due_date_that_a_gap_moved_keeps_the_time_that_was_asked_for() {
    let skipped = task(json!({
        "due_date": "2026-03-08T02:30", "time_zone": "America/New_York", "is_recurring": true,
        "recurring_interval": "daily",
    }));
    assert_eq!(anchor(&skipped).as_deref(), Some("2026-03-08 02:30:00"));
    let table: Vec<(Value, Option<&str>)> = vec![
        (json!({"recurring_every": 2}), Some("2026-03-08 02:30:00")),
        (
            json!({"due_date": "2026-03-08T03:30", "recurring_every": 2}),
            Some("2026-03-08 03:30:00"),
        ),
        (
            json!({"due_date": "2027-03-14T02:45"}),
            Some("2027-03-14 02:45:00"),
        ),
        (json!({"time_zone": "UTC"}), Some("2026-03-08 07:30:00")),
    ];
    for (input, expected) in table {
        let patched = patched(&skipped, input.clone());
        assert_eq!(anchor(&patched).as_deref(), expected, "{input}");
    }
    // Also when it was not the first that fell into the gap.
    let third = Task {
        occurrence: Some(3),
        anchor: Some("2026-03-06T02:30:00".parse().unwrap()),
        ..skipped
    };
    let weekly = patched(&third, json!({"recurring_interval": "weekly"}));
    assert_eq!(anchor(&weekly).as_deref(), Some("2026-03-08 02:30:00"));
}

#[test]
fn completing_deleting_and_restoring_keep_the_anchor() {
    let now = super::later();
    let task = third()
        .set_completed(true, now)
        .unwrap()
        .delete(now)
        .unwrap()
        .restore(now)
        .unwrap();
    assert_eq!(task.anchor, third().anchor);
}
