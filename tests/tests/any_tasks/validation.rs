//! Field rules: what is refused with 422, field by field and all at once, and what is just inside the bounds.

use std::collections::BTreeSet;

use e2e::{Reply, User, error_fields, user};
use serde_json::{Value, json};

fn post_with(user: &User, field: &str, value: &Value) -> Reply {
    let mut body = json!({"title": "x"});
    body[field] = value.clone();
    user.post(&body)
}

fn refused(field: &str, values: &[Value]) {
    let user = user();
    for value in values {
        let reply = post_with(&user, field, value);
        assert_eq!(
            error_fields(&reply),
            BTreeSet::from([field.to_owned()]),
            "{}",
            reply.show()
        );
    }
    assert_eq!(
        user.list("status=all").len(),
        0,
        "a refused task was stored"
    );
}

fn accepted(field: &str, values: &[Value]) {
    let user = user();
    for value in values {
        let task = post_with(&user, field, value).expect(201).json();
        assert_eq!(&task[field], value);
    }
}

fn text(length: usize) -> Value {
    // Two bytes each: the limits count characters.
    Value::String("é".repeat(length))
}

fn tags(count: usize) -> Value {
    (0..count).map(|n| format!("tag{n}")).collect()
}

#[test]
fn title() {
    refused(
        "title",
        &[
            json!(null),
            json!(""),
            json!("  \t "),
            text(201),
            json!(7),
            json!(["x"]),
            json!({}),
        ],
    );
    accepted("title", &[text(1), text(200)]);
}

#[test]
fn title_is_required() {
    let reply = user().post(&json!({"description": "no title"}));
    assert_eq!(error_fields(&reply), BTreeSet::from(["title".to_owned()]));
}

#[test]
fn description() {
    refused("description", &[text(4001), json!(1), json!(["x"])]);
    accepted("description", &[json!(null), text(4000)]);
}

#[test]
fn priority() {
    refused(
        "priority",
        &[json!("urgent"), json!(""), json!("HIGH!"), json!(1)],
    );
    accepted("priority", &[json!("low"), json!("medium"), json!("high")]);
}

#[test]
fn tags_of_a_task() {
    let long = "t".repeat(51);
    refused(
        "tags",
        &[
            tags(11),
            json!(["ok", ""]),
            json!(["  "]),
            json!([long]),
            json!("home"),
            json!([1]),
            json!({}),
        ],
    );
    accepted("tags", &[json!([]), tags(10), json!(["t".repeat(50)])]);
}

#[test]
fn due_date() {
    refused(
        "due_date",
        &[
            json!("tomorrow"),
            json!(""),
            json!("2031-02-30T00:00:00Z"),
            json!(0),
            json!("2031-01-01T25:00:00Z"),
        ],
    );
    accepted("due_date", &[json!(null), json!("2031-02-28T00:00:00Z")]);
}

#[test]
fn time_zone() {
    refused("time_zone", &[json!("Mars/Olympus"), json!(""), json!(1)]);
    accepted(
        "time_zone",
        &[
            json!("UTC"),
            json!("Asia/Kolkata"),
            json!("America/Argentina/Buenos_Aires"),
        ],
    );
}

#[test]
fn is_recurring() {
    refused("is_recurring", &[json!("yes"), json!(1)]);
}

#[test]
fn recurring_interval() {
    refused(
        "recurring_interval",
        &[json!("hourly"), json!(1), json!("")],
    );
    let reply = user()
        .post(&json!({"title": "x", "is_recurring": true, "due_date": "2031-01-01T00:00:00Z"}));
    assert_eq!(
        error_fields(&reply),
        BTreeSet::from(["recurring_interval".to_owned()]),
        "required when recurring"
    );
}

#[test]
fn recurrence_rule() {
    refused(
        "recurrence_rule",
        &[
            json!("weekly"),
            json!(""),
            json!(1),
            json!("FREQ=HOURLY"),
            json!("FREQ=DAILY;BYHOUR=9"),
            json!("FREQ=WEEKLY;BYDAY=1MO"),
            json!("FREQ=DAILY;COUNT=2;UNTIL=20310101"),
            json!("FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30"),
            json!(format!("FREQ=DAILY;BYMONTHDAY=1{}", ",1".repeat(300))),
        ],
    );
}

#[test]
fn recurring_every() {
    refused(
        "recurring_every",
        &[json!(0), json!(-1), json!(1000), json!(1.5), json!("2")],
    );
    accepted("recurring_every", &[json!(1), json!(999)]);
}

#[test]
fn recurrence_policy() {
    refused("recurrence_policy", &[json!("never"), json!(1)]);
    accepted(
        "recurrence_policy",
        &[
            json!("each"),
            json!("skip_missed"),
            json!("from_completion"),
        ],
    );
}

#[test]
fn end_of_a_series() {
    refused("recurring_until", &[json!("never"), json!(1)]);
    refused(
        "recurring_count",
        &[json!(0), json!(-1), json!("ten"), json!(1.5)],
    );
}

#[test]
fn remind_before_minutes() {
    refused(
        "remind_before_minutes",
        &[json!(-1), json!("ten"), json!(1.5)],
    );
    accepted(
        "remind_before_minutes",
        &[json!(null), json!(0), json!(1440)],
    );
}

#[test]
fn a_field_that_does_not_exist_is_named() {
    refused("colour", &[json!("red")]);
}

#[test]
fn all_offending_fields_are_reported_at_once() {
    let body = json!({
        "title": "", "description": text(4001), "priority": "urgent", "tags": tags(11), "due_date": "tomorrow",
        "time_zone": "Mars/Olympus", "is_recurring": "yes", "recurring_interval": "hourly", "recurring_every": 0,
        "recurrence_rule": "hourly", "recurrence_policy": "never", "recurring_until": "never", "recurring_count": 0, "remind_before_minutes": -1,
    });
    let want: BTreeSet<String> = body.as_object().unwrap().keys().cloned().collect();
    assert_eq!(error_fields(&user().post(&body)), want);
}

#[test]
fn a_patch_and_a_put_report_all_offending_fields_too() {
    let user = user();
    let task = user.create(&json!({"title": "x"}));
    let body = json!({"title": null, "priority": "urgent", "recurring_every": 1000});
    let want = BTreeSet::from(["title", "priority", "recurring_every"].map(str::to_owned));
    assert_eq!(error_fields(&user.patch(e2e::id_of(&task), &body)), want);
    assert_eq!(error_fields(&user.put(e2e::id_of(&task), &body)), want);
    assert_eq!(
        user.task(e2e::id_of(&task)),
        task,
        "a refused change changed something"
    );
}
