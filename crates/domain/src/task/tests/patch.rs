//! PATCH: merge patch, changes and no changes, read-only fields.

use serde_json::{Value, json};

use super::{fields, later, messages, patch, patched};
use crate::testing::{at, now, object, task};
use crate::{Priority, Task};

fn full() -> Task {
    task(json!({
        "title": "Pay rent", "description": "to Ada", "priority": "high", "tags": ["home"],
        "due_date": "2026-02-01T08:00:00Z", "time_zone": "Europe/Berlin", "is_recurring": true,
        "recurring_interval": "monthly", "recurring_every": 2, "recurrence_policy": "skip_missed",
        "recurring_until": "2027-02-01T09:00:00Z", "recurring_count": 12, "remind_before_minutes": 30,
    }))
}

#[test]
fn absent_fields_stay_and_given_ones_are_replaced() {
    let change = patch(&full(), json!({"title": "Pay the rent", "tags": ["flat"]}))
        .unwrap()
        .unwrap();
    assert_eq!(change.changed_fields, ["title", "tags"]);
    let expected = Task {
        title: "Pay the rent".to_owned(),
        tags: vec!["flat".to_owned()],
        version: 2,
        updated_at: later(),
        ..full()
    };
    assert_eq!(change.task, expected);
}

#[test]
fn null_takes_a_field_back_to_its_default() {
    let table = [
        ("description", json!(null)),
        ("priority", json!("medium")),
        ("tags", json!([])),
        ("due_date", json!(null)),
        ("time_zone", json!("UTC")),
        ("is_recurring", json!(false)),
        ("recurring_every", json!(1)),
        ("recurrence_policy", json!("each")),
        ("recurring_until", json!(null)),
        ("recurring_count", json!(null)),
        ("remind_before_minutes", json!(null)),
    ];
    for (field, expected) in table {
        let change = patch(&full(), json!({field: null})).unwrap().unwrap();
        assert_eq!(change.changed_fields, [field]);
        assert_eq!(
            serde_json::to_value(change.task.view(later())).unwrap()[field],
            expected,
            "{field}"
        );
    }
}

#[test]
fn null_is_refused_where_the_task_needs_the_field() {
    assert_eq!(fields(patch(&full(), json!({"title": null}))), ["title"]);
    assert_eq!(
        fields(patch(&full(), json!({"recurring_interval": null}))),
        ["recurring_interval"]
    );
    assert!(
        patch(
            &full(),
            json!({"recurring_interval": null, "is_recurring": false})
        )
        .is_ok()
    );
}

#[test]
fn the_same_values_in_another_form_change_nothing() {
    let table = [
        json!({}),
        json!({"title": " Pay rent "}),
        json!({"tags": ["HOME", "home"]}),
        json!({"due_date": "2026-02-01T08:00:00.000Z"}),
        json!({"due_date": "2026-02-01T03:00:00-05:00"}),
        json!({"due_date": "2026-02-01T09:00"}),
        json!({"priority": "high", "recurring_every": 2, "is_recurring": true}),
    ];
    for input in table {
        assert_eq!(patch(&full(), input.clone()), Ok(None), "{input}");
    }
}

#[test]
fn a_removed_field_that_is_not_there_changes_nothing() {
    let plain = task(json!({}));
    assert_eq!(
        patch(
            &plain,
            json!({"description": null, "due_date": null, "tags": null})
        ),
        Ok(None)
    );
}

#[test]
fn a_time_without_offset_is_read_in_the_zone_that_the_task_will_have() {
    let berlin = full();
    let noon = |zone: Value| {
        patched(
            &berlin,
            json!({"due_date": "2026-02-01T12:00", "time_zone": zone}),
        )
        .due_date
    };
    assert_eq!(
        patched(&berlin, json!({"due_date": "2026-02-01T12:00"})).due_date,
        Some(at("2026-02-01T11:00:00Z"))
    );
    assert_eq!(
        noon(json!("America/New_York")),
        Some(at("2026-02-01T17:00:00Z"))
    );
    assert_eq!(noon(json!(null)), Some(at("2026-02-01T12:00:00Z")));
}

#[test]
fn another_zone_alone_leaves_the_instant_of_the_due_date() {
    let moved = patched(&full(), json!({"time_zone": "Asia/Tokyo"}));
    assert_eq!(moved.due_date, full().due_date);
}

#[test]
fn a_zone_in_which_a_time_of_the_task_cannot_be_written_is_refused() {
    let ends = [
        json!({"due_date": "9999-12-31T23:00:00Z"}),
        json!({"recurring_until": "9999-12-31T23:00:00Z"}),
        json!({"due_date": "9999-12-31T23:00:00Z", "time_zone": "Europe/London"}),
    ];
    for input in ends {
        let task = task(input.clone());
        let moved = patch(&task, json!({"time_zone": "Asia/Tokyo"}));
        assert_eq!(fields(moved), ["time_zone"], "{input}");
        assert!(patch(&task, json!({"time_zone": "America/New_York"})).is_ok());
        // A time that is wrong by itself is the only one to blame.
        let both = json!({"time_zone": "Asia/Tokyo", "due_date": "9999-12-31T23:00:00Z"});
        assert_eq!(fields(patch(&task, both)), ["due_date"], "{input}");
    }
}

#[test]
fn every_offending_field_is_reported_and_nothing_changes() {
    let input = json!({"title": "", "priority": "urgent", "colour": 1, "description": "fine"});
    assert_eq!(
        fields(patch(&full(), input)),
        ["title", "priority", "colour"]
    );
}

#[test]
fn rules_between_fields_hold_for_the_result() {
    // The given field is right by itself; it breaks a rule with what the task has.
    assert_eq!(
        fields(patch(&full(), json!({"due_date": "2028-01-01T00:00:00Z"}))),
        ["recurring_until"]
    );
    assert_eq!(
        fields(patch(&task(json!({})), json!({"is_recurring": true}))),
        ["recurring_interval"]
    );
}

#[test]
fn a_kept_end_does_not_bind_a_task_that_no_longer_recurs() {
    let once = patched(&full(), json!({"is_recurring": false}));
    let moved = patched(&once, json!({"due_date": "2028-01-01T00:00:00Z"}));
    assert_eq!(
        fields(patch(&moved, json!({"is_recurring": true}))),
        ["recurring_until"]
    );
}

#[test]
fn read_only_fields_may_repeat_what_is_there() {
    let task = full();
    let view = serde_json::to_value(task.view(later())).unwrap();
    assert_eq!(patch(&task, view.clone()), Ok(None));
    let mut edited = view;
    edited["priority"] = json!("low");
    // As the client saw it before the due date passed.
    edited["overdue"] = json!(true);
    assert_eq!(patched(&task, edited).priority, Priority::Low);
}

#[test]
fn read_only_fields_may_not_say_anything_else() {
    let table = [
        ("id", json!("01890000-0000-7000-8000-000000000009")),
        ("user_id", json!("eve")),
        ("completed_at", json!("2026-01-01T00:00:00Z")),
        ("series_id", json!(null)),
        ("occurrence", json!(2)),
        ("version", json!(2)),
        ("created_at", json!("2026-01-15T12:00:01Z")),
        ("updated_at", json!(null)),
    ];
    for (name, value) in table {
        assert_eq!(fields(patch(&full(), json!({name: value}))), [name]);
    }
    assert_eq!(
        messages(patch(&full(), json!({"completed": true}))),
        ["completed: read-only: use POST .../complete"]
    );
}

#[test]
fn each_change_is_one_version_more() {
    let mut task = full();
    for version in 2..5 {
        task = patched(&task, json!({"title": format!("version {version}")}));
        assert_eq!(
            (task.version, task.created_at, task.updated_at),
            (version, now(), later())
        );
    }
}

#[test]
fn update_times_are_whole_microseconds() {
    let now = later() + chrono::TimeDelta::nanoseconds(1_999);
    let change = full()
        .patch(&object(json!({"title": "x"})), now)
        .unwrap()
        .unwrap();
    assert_eq!(
        change.task.updated_at,
        later() + chrono::TimeDelta::microseconds(1)
    );
}
