//! A recurrence rule instead of an interval: what goes together, and what moves the anchor.

use serde_json::{Value, json};

use super::{fields, messages, patch, patched};
use crate::testing::{at, create, object, task};
use crate::{FieldErrors, Task};

fn with_rule(rule: &str, more: Value) -> Result<Task, FieldErrors> {
    let mut input = object(json!({
        "title": "x", "is_recurring": true, "recurrence_rule": rule, "due_date": "2026-01-05T09:00",
        "time_zone": "Europe/Berlin",
    }));
    input.extend(object(more));
    create(Value::Object(input))
}

#[test]
fn a_rule_takes_the_place_of_an_interval() {
    let task = with_rule("freq=weekly;byday=we,mo", json!({})).unwrap();
    let rule = task.recurrence_rule.as_ref().unwrap();
    assert_eq!(rule.as_str(), "FREQ=WEEKLY;BYDAY=MO,WE");
    assert_eq!((task.recurring_interval, task.occurrence), (None, Some(1)));
    assert_eq!(task.anchor.unwrap().to_string(), "2026-01-05 09:00:00");
    // The defaults may be spelled out.
    let spelled = json!({"recurring_interval": null, "recurring_every": 1, "recurring_until": null, "recurring_count": null});
    assert_eq!(with_rule("FREQ=WEEKLY;BYDAY=MO,WE", spelled).unwrap(), task);
}

#[test]
fn what_an_interval_has_must_not_be_beside_a_rule() {
    let more = json!({
        "recurring_interval": "daily", "recurring_every": 2, "recurring_until": "2030-01-01T00:00:00Z",
        "recurring_count": 3,
    });
    let refused = with_rule("FREQ=DAILY", more.clone());
    let names = [
        "recurring_interval",
        "recurring_every",
        "recurring_until",
        "recurring_count",
    ];
    assert_eq!(fields(refused), names);
    // As long as the task does not recur, it does not matter.
    let mut off = object(more);
    off.insert("is_recurring".to_owned(), false.into());
    assert!(with_rule("FREQ=DAILY", Value::Object(off)).is_ok());
}

#[test]
fn a_rule_that_is_none_is_refused_with_what_is_wrong() {
    for (rule, message) in [
        (json!("FREQ=DAILY;BYHOUR=9"), "BYHOUR is not supported"),
        (
            json!("FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30"),
            "there is no date",
        ),
        (json!(""), "must be a recurrence rule of RFC 5545"),
        (json!(7), "must be a recurrence rule of RFC 5545"),
    ] {
        let refused = create(json!({"title": "x", "is_recurring": true, "recurrence_rule": rule}));
        let errors = messages(refused);
        assert!(
            errors[0].starts_with(&format!("recurrence_rule: {message}")),
            "{errors:?}"
        );
        assert_eq!(errors.len(), 1, "{errors:?}");
    }
}

#[test]
fn a_rule_must_go_on_from_the_due_date() {
    for (rule, more, message) in [
        // A Monday is never a Tuesday seven days later.
        (
            "FREQ=DAILY;INTERVAL=7;BYDAY=TU",
            json!({}),
            "has no date after due_date",
        ),
        (
            "FREQ=MONTHLY;BYMONTH=2",
            json!({"due_date": "2026-01-30T09:00"}),
            "has no date after due_date",
        ),
        (
            "FREQ=DAILY;UNTIL=20260104",
            json!({}),
            "UNTIL must not be before due_date",
        ),
        (
            "FREQ=DAILY;UNTIL=20260105T085959",
            json!({}),
            "UNTIL must not be before due_date",
        ),
        (
            "FREQ=DAILY;UNTIL=20260105T075959Z",
            json!({}),
            "UNTIL must not be before due_date",
        ),
    ] {
        let errors = messages(with_rule(rule, more));
        assert_eq!(errors.len(), 1, "{rule}: {errors:?}");
        assert!(
            errors[0].starts_with(&format!("recurrence_rule: {message}")),
            "{rule}: {errors:?}"
        );
    }
    for rule in [
        "FREQ=DAILY;UNTIL=20260105",
        "FREQ=DAILY;UNTIL=20260105T090000",
        "FREQ=DAILY;UNTIL=20260105T080000Z",
    ] {
        assert!(with_rule(rule, json!({})).is_ok(), "{rule}");
    }
}

#[test]
fn a_patch_changes_from_one_to_the_other_when_it_clears_the_other() {
    let daily =
        task(json!({"is_recurring": true, "recurring_interval": "daily", "recurring_every": 2}));
    let refused = patch(&daily, json!({"recurrence_rule": "FREQ=DAILY"}));
    assert_eq!(fields(refused), ["recurring_interval", "recurring_every"]);
    let change = json!({"recurrence_rule": "FREQ=DAILY", "recurring_interval": null, "recurring_every": null});
    let change = patch(&daily, change).unwrap().unwrap();
    assert_eq!(
        change.changed_fields,
        ["recurring_interval", "recurring_every", "recurrence_rule"]
    );
    let back = json!({"recurrence_rule": null, "recurring_interval": "weekly"});
    assert!(patched(&change.task, back).recurrence_rule.is_none());
    assert_eq!(
        fields(patch(&change.task, json!({"recurrence_rule": null}))),
        ["recurring_interval"]
    );
}

#[test]
fn another_rule_moves_the_anchor_and_another_spelling_changes_nothing() {
    let third = Task {
        occurrence: Some(3),
        due_date: Some(at("2026-01-12T08:00:00Z")),
        ..with_rule("FREQ=WEEKLY;BYDAY=MO", json!({})).unwrap()
    };
    assert_eq!(
        patch(&third, json!({"recurrence_rule": "byday=mo;freq=weekly"})),
        Ok(None)
    );
    let moved = patched(&third, json!({"recurrence_rule": "FREQ=WEEKLY;INTERVAL=2"}));
    assert_eq!(moved.anchor.unwrap().to_string(), "2026-01-12 09:00:00");
}

/// It was right when it was written, and its calendar may be at its end by now.
#[test]
fn other_changes_do_not_judge_the_rule_again() {
    let last = Task {
        due_date: Some(at("9999-12-31T09:00:00Z")),
        ..with_rule("FREQ=YEARLY", json!({"time_zone": "UTC"})).unwrap()
    };
    assert!(patch(&last, json!({"title": "y"})).is_ok());
    let refused = patch(&last, json!({"due_date": "9999-12-30T09:00:00Z"}));
    assert_eq!(fields(refused), ["recurrence_rule"]);
}
