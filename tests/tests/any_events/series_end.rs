//! A series ends after its count, and with its last day.

use e2e::{Event, SOON, User, id_of, user};
use serde_json::{Value, json};

fn daily_ending(user: &User, field: &str, value: Value) -> Value {
    let mut body = json!({"title": "x", "is_recurring": true, "recurring_interval": "daily",
                          "due_date": "2031-01-01T09:00:00Z"});
    body[field] = value;
    user.create(&body)
}

/// Completes `task` and makes sure that nothing follows it, also when its event comes again.
#[track_caller]
fn assert_last(user: &User, task: &Value, number: u64) {
    let completed = user.complete(id_of(task));
    user.wait_until_handled();
    Event::of("task.completed", &completed)
        .deliver_successfully(&user.client, "/api/events/tasks/completed");
    assert_eq!(
        user.occurrences_of(&task["series_id"], number + 1),
        Vec::<Value>::new(),
        "one too many"
    );
}

#[test]
fn after_its_count_which_includes_the_first() {
    let user = user();
    let first = daily_ending(&user, "recurring_count", json!(2));
    user.complete(id_of(&first));
    let second = user.wait_for_occurrence(&first, 2, SOON);
    assert_last(&user, &second, 2);
}

#[test]
fn at_once_when_the_count_is_one() {
    let user = user();
    let only = daily_ending(&user, "recurring_count", json!(1));
    assert_last(&user, &only, 1);
}

#[test]
fn with_its_last_moment_inclusive() {
    let user = user();
    let first = daily_ending(&user, "recurring_until", json!("2031-01-02T09:00:00Z"));
    user.complete(id_of(&first));
    let second = user.wait_for_occurrence(&first, 2, SOON);
    assert_last(&user, &second, 2);
}

#[test]
fn before_its_last_moment_when_the_next_would_be_a_second_later() {
    let user = user();
    let only = daily_ending(&user, "recurring_until", json!("2031-01-02T08:59:59Z"));
    assert_last(&user, &only, 1);
}

#[test]
fn when_it_stops_recurring() {
    let user = user();
    let first = user.create_recurring("daily", "2031-01-01T09:00:00Z");
    user.patch(id_of(&first), &json!({"is_recurring": false}))
        .expect(200);
    user.complete(id_of(&first));
    user.wait_until_handled();
    assert_eq!(
        user.list("status=pending&due_after=2031-01-01T00:00:00Z"),
        Vec::<Value>::new()
    );
}
