//! Completing a recurring task brings its next occurrence.

use std::time::Duration;

use chrono::{DateTime, Days, TimeDelta, Utc};
use e2e::{SOON, User, id_of, user};
use serde_json::{Value, json};

/// How soon a next occurrence must be there.
const AT_ONCE: Duration = Duration::from_secs(1);

/// Completes one after the other and returns their due dates, the first's included.
fn chain(user: &User, first: Value, length: u64) -> Vec<Value> {
    let mut due = vec![first["due_date"].clone()];
    let mut task = first;
    for number in 2..=length {
        user.complete(id_of(&task));
        task = user.wait_for_occurrence(&task, number, SOON);
        due.push(task["due_date"].clone());
    }
    due
}

fn time(value: &Value) -> DateTime<Utc> {
    value.as_str().unwrap().parse().unwrap()
}

#[test]
fn the_next_occurrence_of_a_daily_task_is_there_within_a_second() {
    let user = user();
    let task = user.create_recurring("daily", "2026-01-31T09:00:00Z");
    user.complete(id_of(&task));
    let next = user.wait_for_occurrence(&task, 2, AT_ONCE);
    assert_eq!(next["due_date"], "2026-02-01T09:00:00Z");
    assert_eq!(
        (&next["completed"], &next["completed_at"]),
        (&json!(false), &Value::Null)
    );
    assert_ne!(next["id"], task["id"]);
    assert_eq!(user.list("status=pending"), vec![next]);
}

#[test]
fn the_next_occurrence_keeps_the_fields() {
    let user = user();
    let task = user.create(&json!({
        "title": "pay the rent", "description": "by transfer", "priority": "high", "tags": ["home", "money"],
        "due_date": "2026-01-31T09:00:00Z", "time_zone": "Europe/Berlin", "is_recurring": true,
        "recurring_interval": "monthly", "recurring_every": 2, "recurrence_policy": "each",
        "recurring_until": "2040-01-01T00:00:00Z", "recurring_count": 12, "remind_before_minutes": 30,
    }));
    user.complete(id_of(&task));
    let next = user.wait_for_occurrence(&task, 2, SOON);
    let new = [
        "id",
        "due_date",
        "remind_at",
        "occurrence",
        "completed",
        "completed_at",
        "overdue",
        "version",
        "created_at",
        "updated_at",
    ];
    for (field, value) in task
        .as_object()
        .unwrap()
        .iter()
        .filter(|(field, _)| !new.contains(&field.as_str()))
    {
        assert_eq!(&next[field], value, "{field}");
    }
    assert_eq!(
        (&next["version"], &next["due_date"]),
        (&json!(1), &json!("2026-03-31T08:00:00Z"))
    );
}

#[test]
fn changes_made_before_completing_are_carried_on() {
    let user = user();
    let task = user.create_recurring("weekly", "2031-01-06T09:00:00Z");
    user.patch(id_of(&task), &json!({"title": "renamed", "tags": ["new"]}))
        .expect(200);
    user.complete(id_of(&task));
    let next = user.wait_for_occurrence(&task, 2, SOON);
    assert_eq!(
        (&next["title"], &next["tags"]),
        (&json!("renamed"), &json!(["new"]))
    );
    assert_eq!(next["due_date"], "2031-01-13T09:00:00Z");
}

#[test]
fn monthly_keeps_the_original_day_through_short_months() {
    let user = user();
    let first = user.create_recurring("monthly", "2026-01-31T09:00:00Z");
    let want = [
        "2026-01-31T09:00:00Z",
        "2026-02-28T09:00:00Z",
        "2026-03-31T09:00:00Z",
        "2026-04-30T09:00:00Z",
    ];
    assert_eq!(chain(&user, first, 4), want);
}

#[test]
fn yearly_keeps_february_29() {
    let user = user();
    let first = user.create_recurring("yearly", "2028-02-29T09:00:00Z");
    let due = chain(&user, first, 5);
    assert_eq!(
        due[1..],
        [
            "2029-02-28T09:00:00Z",
            "2030-02-28T09:00:00Z",
            "2031-02-28T09:00:00Z",
            "2032-02-29T09:00:00Z"
        ]
    );
}

#[test]
fn daily_at_nine_stays_at_nine_when_the_clocks_change() {
    let user = user();
    let first = user.create(&json!({"title": "x", "is_recurring": true, "recurring_interval": "daily",
                                    "time_zone": "America/New_York", "due_date": "2026-03-07T09:00:00-05:00"}));
    assert_eq!(
        chain(&user, first, 3),
        [
            "2026-03-07T14:00:00Z",
            "2026-03-08T13:00:00Z",
            "2026-03-09T13:00:00Z"
        ]
    );
}

#[test]
fn every_third_day_is_that() {
    let user = user();
    let first = user.create(
        &json!({"title": "x", "is_recurring": true, "recurring_interval": "daily",
                                    "recurring_every": 3, "due_date": "2031-01-30T09:00:00Z"}),
    );
    assert_eq!(
        chain(&user, first, 3),
        [
            "2031-01-30T09:00:00Z",
            "2031-02-02T09:00:00Z",
            "2031-02-05T09:00:00Z"
        ]
    );
}

#[test]
fn each_goes_on_from_the_due_date_even_when_that_is_long_past() {
    let user = user();
    let first = user.create_recurring("daily", "2020-01-01T09:00:00Z");
    assert_eq!(chain(&user, first, 2)[1], "2020-01-02T09:00:00Z");
}

#[test]
fn skip_missed_goes_on_after_now() {
    let user = user();
    let first = user.create(&json!({"title": "x", "is_recurring": true, "recurring_interval": "daily",
                                    "recurrence_policy": "skip_missed", "due_date": "2020-01-01T09:00:00Z"}));
    let before = Utc::now();
    let next = time(&chain(&user, first, 2)[1]);
    assert!(
        next > before && next <= Utc::now() + Days::new(1),
        "{next} is not the first after {before}"
    );
    assert_eq!(next.format("%H:%M:%S").to_string(), "09:00:00");
}

#[test]
fn from_completion_goes_on_from_the_time_of_completion() {
    let user = user();
    let first = user.create(&json!({"title": "x", "is_recurring": true, "recurring_interval": "weekly",
                                    "recurrence_policy": "from_completion", "due_date": "2020-01-01T09:00:00Z"}));
    let completed = time(&user.complete(id_of(&first))["completed_at"]);
    let next = time(&user.wait_for_occurrence(&first, 2, SOON)["due_date"]);
    let off = next - (completed + Days::new(7));
    assert!(
        off.abs() <= TimeDelta::seconds(1),
        "{next} is not a week after {completed}"
    );
}

#[test]
fn another_due_date_is_the_series_new_anchor() {
    let user = user();
    let first = user.create_recurring("monthly", "2026-01-31T09:00:00Z");
    user.complete(id_of(&first));
    let second = user.wait_for_occurrence(&first, 2, SOON);
    user.patch(id_of(&second), &json!({"due_date": "2026-02-15T10:00:00Z"}))
        .expect(200);
    user.complete(id_of(&second));
    assert_eq!(
        user.wait_for_occurrence(&first, 3, SOON)["due_date"],
        "2026-03-15T10:00:00Z"
    );
}

#[test]
fn another_interval_counts_from_the_present_due_date() {
    let user = user();
    let first = user.create_recurring("monthly", "2026-01-31T09:00:00Z");
    user.complete(id_of(&first));
    let second = user.wait_for_occurrence(&first, 2, SOON);
    user.patch(id_of(&second), &json!({"recurring_interval": "weekly"}))
        .expect(200);
    user.complete(id_of(&second));
    assert_eq!(
        user.wait_for_occurrence(&first, 3, SOON)["due_date"],
        "2026-03-07T09:00:00Z"
    );
}

#[test]
fn a_task_that_does_not_recur_has_no_next() {
    let user = user();
    let task = user.create(&json!({"title": "once", "due_date": "2031-01-01T09:00:00Z"}));
    user.complete(id_of(&task));
    user.wait_until_handled();
    assert_eq!(user.list("status=all&q=once").len(), 1);
}
