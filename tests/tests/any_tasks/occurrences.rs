//! GET of the next due dates of a recurring task.

use std::time::Duration;

use e2e::{Reply, User, assert_problem, id_of, user};
use serde_json::{Value, json};

/// The due dates in an answer.
fn due_dates(reply: &Reply) -> Vec<String> {
    let items = serde_json::from_value(reply.json()["items"].clone());
    items.unwrap_or_else(|error| panic!("{error}\n{}", reply.show()))
}

fn occurrences(user: &User, task: &Value, query: &str) -> Reply {
    user.call("GET", &format!("/{}/occurrences{query}", id_of(task)))
        .send()
}

fn next(user: &User, task: &Value, count: usize) -> Vec<String> {
    due_dates(&occurrences(user, task, &format!("?limit={count}")).expect(200))
}

#[test]
fn a_daily_task_is_due_every_day_after_its_due_date() {
    let user = user();
    let task = user.create_recurring("daily", "2031-02-27T09:00:00Z");
    let want = [
        "2031-02-28T09:00:00Z",
        "2031-03-01T09:00:00Z",
        "2031-03-02T09:00:00Z",
    ];
    assert_eq!(next(&user, &task, 3), want);
}

#[test]
fn the_day_of_the_month_is_kept_through_short_months() {
    let user = user();
    let task = user.create_recurring("monthly", "2026-01-31T09:00:00Z");
    let want = [
        "2026-02-28T09:00:00Z",
        "2026-03-31T09:00:00Z",
        "2026-04-30T09:00:00Z",
        "2026-05-31T09:00:00Z",
    ];
    assert_eq!(next(&user, &task, 4), want);
}

#[test]
fn february_29_comes_back_in_leap_years() {
    let user = user();
    let task = user.create_recurring("yearly", "2028-02-29T09:00:00Z");
    let want = [
        "2029-02-28T09:00:00Z",
        "2030-02-28T09:00:00Z",
        "2031-02-28T09:00:00Z",
        "2032-02-29T09:00:00Z",
    ];
    assert_eq!(next(&user, &task, 4), want);
}

#[test]
fn every_second_week_is_that() {
    let user = user();
    let task = user.create(
        &json!({"title": "x", "is_recurring": true, "recurring_interval": "weekly",
                                   "recurring_every": 2, "due_date": "2031-12-25T09:00:00Z"}),
    );
    assert_eq!(
        next(&user, &task, 2),
        ["2032-01-08T09:00:00Z", "2032-01-22T09:00:00Z"]
    );
}

#[test]
fn the_wall_clock_time_is_kept_when_the_clocks_change() {
    let user = user();
    let task = user.create(&json!({"title": "x", "is_recurring": true, "recurring_interval": "daily",
                                   "time_zone": "America/New_York", "due_date": "2026-03-07T09:00:00"}));
    assert_eq!(
        next(&user, &task, 2),
        ["2026-03-08T13:00:00Z", "2026-03-09T13:00:00Z"]
    );
}

#[test]
fn a_time_that_the_clocks_skip_moves_forward_and_comes_back_the_next_day() {
    let user = user();
    let task = user.create(&json!({"title": "x", "is_recurring": true, "recurring_interval": "daily",
                                   "time_zone": "America/New_York", "due_date": "2026-03-07T02:30:00"}));
    assert_eq!(
        next(&user, &task, 2),
        ["2026-03-08T07:30:00Z", "2026-03-09T06:30:00Z"]
    );
}

#[test]
fn a_series_that_starts_at_a_skipped_time_comes_back_to_it_the_next_day() {
    let user = user();
    let task = user.create(&json!({"title": "x", "is_recurring": true, "recurring_interval": "daily",
                                   "time_zone": "America/New_York", "due_date": "2026-03-08T02:30:00"}));
    assert_eq!(task["due_date"], "2026-03-08T07:30:00Z");
    assert_eq!(
        next(&user, &task, 2),
        ["2026-03-09T06:30:00Z", "2026-03-10T06:30:00Z"]
    );
}

#[test]
fn those_of_a_completed_task_start_with_the_one_that_is_there() {
    let user = user();
    // Due long from now, so that its completion now and its due date lead to different dates.
    let task = user.create(&json!({"title": "x", "is_recurring": true, "recurring_interval": "daily",
                                   "recurrence_policy": "from_completion", "due_date": "2999-01-01T09:00:00Z"}));
    let completed = user.complete(id_of(&task));
    let there = user.wait_for_occurrence(&completed, 2, Duration::from_secs(10));
    assert_eq!(next(&user, &task, 1), [there["due_date"].as_str().unwrap()]);
}

#[test]
fn a_time_that_comes_twice_is_the_first() {
    let user = user();
    let task = user.create(&json!({"title": "x", "is_recurring": true, "recurring_interval": "daily",
                                   "time_zone": "America/New_York", "due_date": "2026-10-31T01:30:00"}));
    assert_eq!(
        next(&user, &task, 2),
        ["2026-11-01T05:30:00Z", "2026-11-02T06:30:00Z"]
    );
}

#[test]
fn a_series_ends_with_its_count_and_at_its_last_day_inclusive() {
    let user = user();
    let daily = json!({"title": "x", "is_recurring": true, "recurring_interval": "daily",
                       "due_date": "2031-01-01T09:00:00Z"});
    let mut counted = daily.clone();
    counted["recurring_count"] = json!(3);
    assert_eq!(
        next(&user, &user.create(&counted), 10).len(),
        2,
        "the count includes the first"
    );
    let mut until = daily;
    until["recurring_until"] = json!("2031-01-03T09:00:00Z");
    assert_eq!(
        next(&user, &user.create(&until), 10),
        ["2031-01-02T09:00:00Z", "2031-01-03T09:00:00Z"]
    );
    until["recurring_until"] = json!("2031-01-03T08:59:59Z");
    assert_eq!(
        next(&user, &user.create(&until), 10),
        ["2031-01-02T09:00:00Z"]
    );
}

#[test]
fn ten_are_listed_unless_a_limit_says_otherwise() {
    let user = user();
    let task = user.create_recurring("daily", "2031-01-01T09:00:00Z");
    assert_eq!(
        due_dates(&occurrences(&user, &task, "").expect(200)).len(),
        10
    );
    assert_eq!(next(&user, &task, 1).len(), 1);
    assert_eq!(next(&user, &task, 100).len(), 100);
}

#[test]
fn a_bad_parameter_is_400() {
    let user = user();
    let task = user.create_recurring("daily", "2031-01-01T09:00:00Z");
    for query in [
        "?limit=0",
        "?limit=-1",
        "?limit=ten",
        "?limit=",
        "?limit=1000000",
        "?page=2",
    ] {
        assert_problem(&occurrences(&user, &task, query), 400);
    }
}

#[test]
fn listing_them_stores_nothing() {
    let user = user();
    let task = user.create_recurring("daily", "2031-01-01T09:00:00Z");
    next(&user, &task, 10);
    assert_eq!(user.list("status=all"), vec![task]);
}

#[test]
fn a_task_that_does_not_recur_has_none() {
    let user = user();
    let task = user.create(&json!({"title": "x", "due_date": "2031-01-01T09:00:00Z"}));
    let reply = occurrences(&user, &task, "").expect(200);
    assert_eq!(due_dates(&reply), Vec::<String>::new());
}
