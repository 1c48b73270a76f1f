//! Completing a task with a recurrence rule brings its next occurrence, once.

use e2e::{Event, SOON, User, at_once, id_of, user};
use serde_json::{Value, json};

/// A task due on Monday, 6 January 2031 at 09:00 in Berlin.
fn ruled(user: &User, rule: &str) -> Value {
    user.create(
        &json!({"title": "x", "is_recurring": true, "recurrence_rule": rule, "due_date": "2031-01-06T09:00:00",
                        "time_zone": "Europe/Berlin"}),
    )
}

/// Completes one after the other and returns the due dates of those that follow.
fn chain(user: &User, first: Value, length: u64) -> Vec<Value> {
    let mut task = first;
    let next = |number: u64| {
        user.complete(id_of(&task));
        task = user.wait_for_occurrence(&task, number, SOON);
        task["due_date"].clone()
    };
    (2..2 + length).map(next).collect()
}

#[test]
fn the_next_occurrences_are_due_on_the_dates_of_the_rule() {
    let user = user();
    let first = ruled(&user, "FREQ=MONTHLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=-1");
    assert_eq!(
        chain(&user, first, 4),
        [
            "2031-01-31T08:00:00Z",
            "2031-02-28T08:00:00Z",
            "2031-03-31T07:00:00Z",
            "2031-04-30T07:00:00Z"
        ]
    );
}

#[test]
fn the_interval_counts_from_the_first_due_date_through_all_occurrences() {
    let user = user();
    let first = ruled(&user, "FREQ=WEEKLY;INTERVAL=2;BYDAY=MO,SU;WKST=SU");
    assert_eq!(
        chain(&user, first, 3),
        [
            "2031-01-19T08:00:00Z",
            "2031-01-20T08:00:00Z",
            "2031-02-02T08:00:00Z"
        ]
    );
}

#[test]
fn however_often_it_is_completed_and_told_there_is_one_next_occurrence() {
    let user = user();
    let first = ruled(&user, "FREQ=WEEKLY;BYDAY=TH");
    let completed = at_once(10, |_| user.complete(id_of(&first)));
    let event = Event::of("task.completed", &completed[0]);
    at_once(10, |_| {
        event.deliver_successfully(&user.client, "/api/events/tasks/completed")
    });
    user.wait_until_handled();
    let next = user.occurrences_of(&first["series_id"], 2);
    assert_eq!(next.len(), 1);
    assert_eq!(next[0]["due_date"], "2031-01-09T08:00:00Z");
    assert_eq!(next[0]["recurrence_rule"], "FREQ=WEEKLY;BYDAY=TH");
    assert_eq!(user.occurrences_of(&first["series_id"], 3).len(), 0);
}

#[test]
fn the_count_of_a_rule_ends_the_series() {
    let user = user();
    let first = ruled(&user, "FREQ=DAILY;COUNT=2");
    user.complete(id_of(&first));
    let second = user.wait_for_occurrence(&first, 2, SOON);
    let completed = user.complete(id_of(&second));
    user.wait_until_handled();
    Event::of("task.completed", &completed)
        .deliver_successfully(&user.client, "/api/events/tasks/completed");
    assert_eq!(
        user.occurrences_of(&first["series_id"], 3),
        Vec::<Value>::new()
    );
}

#[test]
fn a_rule_that_is_changed_before_completing_decides_and_a_reopening_takes_it_back() {
    let user = user();
    let first = ruled(&user, "FREQ=DAILY");
    user.patch(
        id_of(&first),
        &json!({"recurrence_rule": "FREQ=MONTHLY;BYDAY=2SA"}),
    )
    .expect(200);
    user.complete(id_of(&first));
    let second = user.wait_for_occurrence(&first, 2, SOON);
    assert_eq!(second["due_date"], "2031-01-11T08:00:00Z");
    user.reopen(id_of(&first));
    user.wait_until_handled();
    assert_eq!(
        user.occurrences_of(&first["series_id"], 2),
        Vec::<Value>::new()
    );
}
