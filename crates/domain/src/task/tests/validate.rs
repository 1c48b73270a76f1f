//! The rule of each field, at its limits.

use serde_json::{Value, json};

use super::fields;
use crate::testing::create;

/// `(field, value, accepted)`, tried in a body that is right otherwise.
fn check(table: Vec<(&str, Value, bool)>) {
    for (field, value, accepted) in table {
        let mut input = json!({"title": "x"});
        input[field] = value.clone();
        let result = create(input);
        if accepted {
            assert!(result.is_ok(), "{field} = {value}: {result:?}");
        } else {
            assert_eq!(fields(result), [field], "{field} = {value}");
        }
    }
}

fn text(character: &str, count: usize) -> Value {
    character.repeat(count).into()
}

#[test]
fn texts_are_counted_in_characters_after_trimming() {
    check(vec![
        ("title", json!(""), false),
        ("title", json!(" \t\n"), false),
        ("title", text("x", 200), true),
        ("title", text("\u{1f33b}", 200), true),
        ("title", text("x", 201), false),
        ("title", json!(format!("  {}  ", "x".repeat(200))), true),
        ("title", json!(7), false),
        ("title", json!(["x"]), false),
        ("title", json!(true), false),
        ("description", text("\u{e9}", 4000), true),
        ("description", text("x", 4001), false),
        ("description", json!({}), false),
    ]);
}

#[test]
fn control_characters_are_refused_except_line_breaks_and_tabs_in_a_description() {
    check(vec![
        ("title", json!("a\u{0}b"), false),
        ("title", json!("a\nb"), false),
        ("title", json!("a\u{85}b"), false),
        ("description", json!("a\tb\r\nc"), true),
        ("description", json!("a\u{0}b"), false),
        ("description", json!("a\u{1b}[31m"), false),
        ("tags", json!(["a\u{0}b"]), false),
        ("tags", json!(["a\tb"]), false),
        ("time_zone", json!("UTC\u{0}"), false),
    ]);
}

#[test]
fn tags_are_up_to_ten_duplicates_counted_too() {
    let numbered = |count: usize| -> Value {
        (0..count)
            .map(|n| Value::from(format!("tag {n}")))
            .collect()
    };
    check(vec![
        ("tags", json!([]), true),
        ("tags", numbered(10), true),
        ("tags", numbered(11), false),
        (
            "tags",
            json!(["a", "A", " a ", "a", "a", "a", "a", "a", "a", "a"]),
            true,
        ),
        (
            "tags",
            json!(["a", "A", " a ", "a", "a", "a", "a", "a", "a", "a", "a"]),
            false,
        ),
        ("tags", json!([text("x", 50)]), true),
        ("tags", json!([text("x", 51)]), false),
        ("tags", json!(["a", ""]), false),
        ("tags", json!(["a", "  "]), false),
        ("tags", json!(["a", 1]), false),
        ("tags", json!(["a", null]), false),
        ("tags", json!({"0": "a"}), false),
    ]);
}

#[test]
fn choices_are_exact() {
    check(vec![
        ("priority", json!("low"), true),
        ("priority", json!("Low"), false),
        ("priority", json!(1), false),
        ("recurring_interval", json!("yearly"), true),
        ("recurring_interval", json!("year"), false),
        ("recurring_interval", json!(false), false),
        ("recurrence_policy", json!("from_completion"), true),
        ("recurrence_policy", json!("FromCompletion"), false),
        ("time_zone", json!("America/Argentina/Buenos_Aires"), true),
        ("time_zone", json!("america/new_york"), false),
        ("time_zone", json!("+01:00"), false),
        ("time_zone", json!(1), false),
    ]);
}

#[test]
fn numbers_are_whole_and_within_their_limits() {
    for (field, min, max) in [
        ("recurring_every", 1, 999),
        ("recurring_count", 1, 100_000),
        ("remind_before_minutes", 0, 525_600),
    ] {
        check(vec![
            (field, json!(min), true),
            (field, json!(max), true),
            (field, json!(min - 1), false),
            (field, json!(max + 1), false),
            (field, json!(1.5), false),
            (field, json!("1"), false),
            (field, json!(1e3), false),
            (field, json!(u64::MAX), false),
            (field, json!(true), false),
        ]);
    }
}

#[test]
fn flags_are_booleans_and_times_are_texts() {
    check(vec![
        ("is_recurring", json!(false), true),
        ("is_recurring", json!("false"), false),
        ("is_recurring", json!(0), false),
        ("due_date", json!("2026-02-01T09:00:00Z"), true),
        ("due_date", json!("2026-02-01T09:00"), true),
        ("due_date", json!("2026-02-01"), false),
        ("due_date", json!("10000-01-01T00:00:00Z"), false),
        ("due_date", json!(1_769_850_000), false),
        ("due_date", json!(""), false),
    ]);
}

#[test]
fn the_last_microsecond_is_no_due_date_but_an_end() {
    let last = "9999-12-31T23:59:59.999999Z";
    check(vec![
        ("due_date", json!(last), false),
        ("due_date", json!("9999-12-31T23:59:59.9999999Z"), false),
        ("due_date", json!("9999-12-31T23:59:59.999998Z"), true),
        ("recurring_until", json!(last), true),
    ]);
}

#[test]
fn a_recurring_task_needs_an_interval_and_no_due_date() {
    assert_eq!(
        fields(create(json!({"title": "x", "is_recurring": true}))),
        ["recurring_interval"]
    );
    let wrong = json!({"title": "x", "is_recurring": true, "recurring_interval": "hourly"});
    assert_eq!(fields(create(wrong)), ["recurring_interval"]);
    assert!(
        create(json!({"title": "x", "is_recurring": true, "recurring_interval": "daily"})).is_ok()
    );
}

#[test]
fn the_end_of_a_series_is_not_before_its_due_date() {
    let until = |until: &str, zone: &str| {
        create(json!({
            "title": "x", "due_date": "2026-02-01T09:00:00Z", "recurring_until": until, "time_zone": zone,
        }))
    };
    assert!(until("2026-02-01T09:00:00Z", "UTC").is_ok());
    assert_eq!(
        fields(until("2026-02-01T08:59:59Z", "UTC")),
        ["recurring_until"]
    );
    // Both times are compared as instants: 09:30 in Berlin is before 09:00 UTC.
    assert_eq!(
        fields(until("2026-02-01T09:30", "Europe/Berlin")),
        ["recurring_until"]
    );
    // Nothing can be said about a time in a zone that does not exist.
    assert_eq!(
        fields(until("2026-02-01T08:30", "Mars/Olympus")),
        ["time_zone"]
    );
}
