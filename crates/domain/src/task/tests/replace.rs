//! PUT: absent fields take their defaults.

use serde_json::{Value, json};

use super::{fields, later, messages};
use crate::testing::{object, task};
use crate::{Change, FieldErrors, Task};

fn replace(task: &Task, input: Value) -> Result<Option<Change>, FieldErrors> {
    task.replace(&object(input), later())
}

fn full() -> Task {
    task(json!({
        "title": "Pay rent", "description": "to Ada", "priority": "high", "tags": ["home"],
        "due_date": "2026-02-01T08:00:00Z", "is_recurring": true, "recurring_interval": "monthly",
        "remind_before_minutes": null,
    }))
}

#[test]
fn absent_fields_go_to_their_defaults_and_the_rest_of_the_task_stays() {
    let change = replace(&full(), json!({"title": "Pay rent"}))
        .unwrap()
        .unwrap();
    let names = [
        "description",
        "priority",
        "tags",
        "due_date",
        "is_recurring",
        "recurring_interval",
        "remind_before_minutes",
    ];
    assert_eq!(change.changed_fields, names);
    let expected = Task {
        version: 2,
        updated_at: later(),
        series_id: full().series_id,
        occurrence: full().occurrence,
        ..task(json!({"title": "Pay rent"}))
    };
    assert_eq!(change.task, expected);
}

#[test]
fn the_title_is_required() {
    assert_eq!(
        fields(replace(&full(), json!({"priority": "low"}))),
        ["title"]
    );
}

#[test]
fn putting_back_what_was_read_changes_nothing() {
    for task in [
        full(),
        full().set_completed(true, later()).unwrap(),
        task(json!({})),
    ] {
        let view = serde_json::to_value(task.view(later())).unwrap();
        assert_eq!(replace(&task, view), Ok(None));
    }
}

#[test]
fn putting_back_an_edited_task_changes_just_that() {
    let mut view = serde_json::to_value(full().view(later())).unwrap();
    view["title"] = json!("Pay the rent");
    let change = replace(&full(), view).unwrap().unwrap();
    assert_eq!(change.changed_fields, ["title"]);
    assert_eq!(
        change.task,
        Task {
            title: "Pay the rent".to_owned(),
            version: 2,
            updated_at: later(),
            ..full()
        }
    );
}

#[test]
fn a_task_read_before_somebody_elses_change_is_refused() {
    let stale = serde_json::to_value(full().view(later())).unwrap();
    let current = full().set_completed(true, later()).unwrap();
    assert_eq!(
        fields(replace(&current, stale)),
        ["completed", "completed_at", "updated_at", "version"]
    );
    let renamed = replace(&full(), json!({"title": "Pay the rent"}));
    let renamed = renamed.unwrap().unwrap().task;
    let stale = json!({"title": "x", "version": 1, "updated_at": "2026-01-15T12:00:00Z"});
    for message in messages(replace(&renamed, stale)) {
        assert!(
            message.contains("it has changed since it was read"),
            "{message}"
        );
    }
}
