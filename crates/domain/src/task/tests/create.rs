//! POST: defaults, what is stored, and everything wrong at once.

use serde_json::{Value, json};

use super::{fields, messages};
use crate::testing::{ID, at, create, now, user};
use crate::{Interval, Priority, RecurrencePolicy, Task, TimeZone};

#[test]
fn a_title_alone_makes_a_task_with_the_documented_defaults() {
    let expected = Task {
        id: ID,
        user_id: user(),
        title: "Water the plants".to_owned(),
        description: None,
        priority: Priority::Medium,
        tags: Vec::new(),
        due_date: None,
        time_zone: TimeZone::default(),
        is_recurring: false,
        recurring_interval: None,
        recurring_every: 1,
        recurrence_rule: None,
        recurrence_policy: RecurrencePolicy::Each,
        recurring_until: None,
        recurring_count: None,
        remind_before_minutes: Some(1440),
        remind_at: None,
        completed: false,
        completed_at: None,
        series_id: None,
        occurrence: None,
        anchor: None,
        version: 1,
        created_at: now(),
        updated_at: now(),
        deleted_at: None,
    };
    assert_eq!(
        create(json!({"title": "  Water the plants\n"})),
        Ok(expected)
    );
}

#[test]
fn every_editable_field_is_stored() {
    let task = create(json!({
        "title": "Pay rent", "description": "", "priority": "high", "tags": [" Home ", "MONEY", "home"],
        "due_date": "2026-02-01T09:00", "time_zone": "Europe/Berlin", "is_recurring": true,
        "recurring_interval": "monthly", "recurring_every": 2, "recurrence_policy": "skip_missed",
        "recurring_until": "2027-02-01T09:00", "recurring_count": 12, "remind_before_minutes": 0,
    }))
    .unwrap();
    assert_eq!(
        (task.title.as_str(), task.description.as_deref()),
        ("Pay rent", Some(""))
    );
    assert_eq!(task.priority, Priority::High);
    assert_eq!(task.tags, ["home", "money"]);
    assert_eq!(task.due_date, Some(at("2026-02-01T08:00:00Z")));
    assert_eq!(task.time_zone.as_str(), "Europe/Berlin");
    assert_eq!(
        (task.is_recurring, task.recurring_interval),
        (true, Some(Interval::Monthly))
    );
    assert_eq!(
        (task.recurring_every, task.recurrence_policy),
        (2, RecurrencePolicy::SkipMissed)
    );
    assert_eq!(task.recurring_until, Some(at("2027-02-01T08:00:00Z")));
    assert_eq!(
        (task.recurring_count, task.remind_before_minutes),
        (Some(12), Some(0))
    );
}

#[test]
fn null_is_the_default_except_for_the_title_and_the_reminder() {
    let nulls = json!({
        "title": "x", "description": null, "priority": null, "tags": null, "due_date": null, "time_zone": null,
        "is_recurring": null, "recurring_interval": null, "recurring_every": null, "recurrence_policy": null,
        "recurring_until": null, "recurring_count": null,
    });
    assert_eq!(create(nulls), create(json!({"title": "x"})));
    assert_eq!(
        create(json!({"title": "x", "remind_before_minutes": null}))
            .unwrap()
            .remind_before_minutes,
        None
    );
    assert_eq!(fields(create(json!({"title": null}))), ["title"]);
}

#[test]
fn every_offending_field_is_reported_at_once_in_the_documented_order() {
    let wrong = json!({
        "title": 7, "description": 7, "priority": "urgent", "tags": "home", "due_date": "tomorrow", "time_zone": "Mars",
        "is_recurring": "yes", "recurring_interval": "hourly", "recurring_every": 0, "recurrence_policy": "never",
        "recurring_until": 1, "recurring_count": 0, "remind_before_minutes": -1, "colour": "red", "id": "x",
    });
    let expected = [
        "title: must be a string of 1 to 200 characters without control characters",
        "description: must be null or a string of up to 4000 characters without control characters",
        "priority: must be one of low, medium, high",
        "tags: must be a list of up to 10 strings, each of 1 to 50 characters without control characters",
        "time_zone: must be an IANA time zone such as UTC or Europe/Berlin",
        "due_date: must be an RFC 3339 time such as 2026-01-31T09:00:00Z",
        "is_recurring: must be true or false",
        "recurring_interval: must be null or one of daily, weekly, monthly, yearly",
        "recurring_every: must be a whole number from 1 to 999",
        "recurrence_policy: must be one of each, skip_missed, from_completion",
        "recurring_until: must be an RFC 3339 time such as 2026-01-31T09:00:00Z",
        "recurring_count: must be null or a whole number from 1 to 100000",
        "remind_before_minutes: must be null or a whole number from 0 to 525600",
        "colour: unknown field",
        "id: read-only",
    ];
    assert_eq!(messages(create(wrong)), expected);
}

#[test]
fn an_empty_object_lacks_its_title() {
    assert_eq!(messages(create(json!({}))), ["title: is required"]);
}

#[test]
fn read_only_fields_are_refused_whatever_they_say() {
    let table: [(&str, Value); 10] = [
        ("id", json!(ID)),
        ("user_id", json!("ada")),
        ("completed", json!(false)),
        ("completed_at", json!(null)),
        ("series_id", json!(null)),
        ("occurrence", json!(1)),
        ("overdue", json!(false)),
        ("version", json!(1)),
        ("created_at", json!("2026-01-15T12:00:00Z")),
        ("updated_at", json!("2026-01-15T12:00:00Z")),
    ];
    for (name, value) in table {
        let found = messages(create(json!({"title": "x", name: value})));
        assert_eq!(found.len(), 1, "{name}");
        assert!(
            found[0].starts_with(&format!("{name}: read-only")),
            "{found:?}"
        );
    }
}

#[test]
fn what_is_stored_but_not_shown_is_unknown() {
    assert_eq!(
        messages(create(json!({"title": "x", "anchor": null}))),
        ["anchor: unknown field"]
    );
    assert_eq!(
        messages(create(json!({"title": "x", "deleted_at": null}))),
        ["deleted_at: unknown field"]
    );
}

#[test]
fn the_summary_of_errors_names_the_fields_and_not_what_was_sent() {
    let error = create(json!({"title": "", "priority": "secret"})).unwrap_err();
    assert_eq!(error.to_string(), "invalid fields: title, priority");
}

#[test]
fn the_time_of_creation_is_in_whole_microseconds() {
    let precise = now() + chrono::TimeDelta::nanoseconds(1_999);
    let input = crate::testing::object(json!({"title": "x"}));
    let task = Task::create(&input, user(), ID, precise).unwrap();
    let whole = now() + chrono::TimeDelta::microseconds(1);
    assert_eq!((task.created_at, task.updated_at), (whole, whole));
}
