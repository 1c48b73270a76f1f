//! The dates of a series: original day, leap days, every n, wall-clock time across DST.

use serde_json::{Value, json};

use super::{recurring, walk};

fn check(table: &[(&str, &str, Value, &[&str])]) {
    for (interval, due, more, expected) in table {
        let task = recurring(interval, due, more.clone());
        assert_eq!(
            walk(&task, expected.len()),
            *expected,
            "{interval} from {due} {more}"
        );
    }
}

#[test]
fn every_interval_goes_on_from_its_first_date() {
    check(&[
        (
            "daily",
            "2026-01-31T09:00:00Z",
            json!({}),
            &["2026-02-01T09:00:00Z", "2026-02-02T09:00:00Z"],
        ),
        (
            "weekly",
            "2026-12-28T09:00:00Z",
            json!({}),
            &["2027-01-04T09:00:00Z", "2027-01-11T09:00:00Z"],
        ),
        (
            "monthly",
            "2026-11-15T09:00:00Z",
            json!({}),
            &["2026-12-15T09:00:00Z", "2027-01-15T09:00:00Z"],
        ),
        (
            "yearly",
            "2026-06-01T09:00:00Z",
            json!({}),
            &["2027-06-01T09:00:00Z", "2028-06-01T09:00:00Z"],
        ),
    ]);
}

#[test]
fn every_n_intervals_skips_those_between() {
    let every = |n: u32| json!({"recurring_every": n});
    check(&[
        (
            "daily",
            "2026-02-27T09:00:00Z",
            every(3),
            &["2026-03-02T09:00:00Z", "2026-03-05T09:00:00Z"],
        ),
        (
            "weekly",
            "2026-01-01T09:00:00Z",
            every(2),
            &["2026-01-15T09:00:00Z", "2026-01-29T09:00:00Z"],
        ),
        (
            "monthly",
            "2026-11-30T09:00:00Z",
            every(3),
            &["2027-02-28T09:00:00Z", "2027-05-30T09:00:00Z"],
        ),
        (
            "monthly",
            "2026-08-31T09:00:00Z",
            every(999),
            &["2109-11-30T09:00:00Z", "2193-02-28T09:00:00Z"],
        ),
        (
            "yearly",
            "2024-02-29T09:00:00Z",
            every(4),
            &["2028-02-29T09:00:00Z", "2032-02-29T09:00:00Z"],
        ),
    ]);
}

#[test]
fn a_series_keeps_its_original_day_through_shorter_months() {
    check(&[
        (
            "monthly",
            "2026-01-31T09:00:00Z",
            json!({}),
            &[
                "2026-02-28T09:00:00Z",
                "2026-03-31T09:00:00Z",
                "2026-04-30T09:00:00Z",
                "2026-05-31T09:00:00Z",
            ],
        ),
        (
            "monthly",
            "2028-01-30T09:00:00Z",
            json!({}),
            &["2028-02-29T09:00:00Z", "2028-03-30T09:00:00Z"],
        ),
        (
            "yearly",
            "2024-02-29T09:00:00Z",
            json!({}),
            &[
                "2025-02-28T09:00:00Z",
                "2026-02-28T09:00:00Z",
                "2027-02-28T09:00:00Z",
                "2028-02-29T09:00:00Z",
            ],
        ),
        (
            "yearly",
            "2096-02-29T09:00:00Z",
            json!({"recurring_every": 4}),
            &["2100-02-28T09:00:00Z", "2104-02-29T09:00:00Z"],
        ),
    ]);
}

#[test]
fn the_original_day_is_the_one_in_the_tasks_zone() {
    // 31 January in Tokyo is still 30 January in UTC.
    let tokyo = json!({"time_zone": "Asia/Tokyo"});
    check(&[(
        "monthly",
        "2026-01-31T08:00",
        tokyo,
        &["2026-02-27T23:00:00Z", "2026-03-30T23:00:00Z"],
    )]);
}

#[test]
fn the_wall_clock_time_stays_across_daylight_saving() {
    let new_york = || json!({"time_zone": "America/New_York"});
    check(&[
        (
            "daily",
            "2026-03-07T09:00",
            new_york(),
            &["2026-03-08T13:00:00Z", "2026-03-09T13:00:00Z"],
        ),
        (
            "daily",
            "2026-10-31T09:00",
            new_york(),
            &["2026-11-01T14:00:00Z", "2026-11-02T14:00:00Z"],
        ),
        (
            "weekly",
            "2026-03-04T09:00",
            new_york(),
            &["2026-03-11T13:00:00Z", "2026-03-18T13:00:00Z"],
        ),
        (
            "monthly",
            "2026-10-10T09:00",
            new_york(),
            &["2026-11-10T14:00:00Z"],
        ),
    ]);
}

#[test]
fn a_skipped_time_moves_that_day_only() {
    check(&[
        (
            "daily",
            "2026-03-07T02:30",
            json!({"time_zone": "America/New_York"}),
            &["2026-03-08T07:30:00Z", "2026-03-09T06:30:00Z"],
        ),
        // A whole day is skipped: its occurrence falls on the next day's, and there is one, not two.
        (
            "daily",
            "2011-12-29T09:00",
            json!({"time_zone": "Pacific/Apia"}),
            &["2011-12-30T19:00:00Z", "2011-12-31T19:00:00Z"],
        ),
    ]);
}

#[test]
fn a_series_that_starts_on_a_skipped_time_goes_on_at_the_time_that_was_asked_for() {
    let new_york = json!({"time_zone": "America/New_York"});
    check(&[
        (
            "daily",
            "2026-03-08T02:30",
            new_york.clone(),
            &["2026-03-09T06:30:00Z", "2026-03-10T06:30:00Z"],
        ),
        // Given as the instant, it is what the clock shows then: 03:30.
        (
            "daily",
            "2026-03-08T07:30:00Z",
            new_york,
            &["2026-03-09T07:30:00Z"],
        ),
        // A whole day is skipped: the next occurrence is not the first one again.
        (
            "daily",
            "2011-12-30T09:00",
            json!({"time_zone": "Pacific/Apia"}),
            &["2011-12-31T19:00:00Z"],
        ),
    ]);
}

#[test]
fn a_repeated_time_happens_once_at_the_first() {
    check(&[(
        "daily",
        "2026-10-31T01:30",
        json!({"time_zone": "America/New_York"}),
        &["2026-11-01T05:30:00Z", "2026-11-02T06:30:00Z"],
    )]);
}

#[test]
fn from_the_second_of_a_repeated_time_the_series_goes_on_the_next_day() {
    let new_york = json!({"time_zone": "America/New_York"});
    check(&[(
        "daily",
        "2026-11-01T06:30:00Z",
        new_york,
        &["2026-11-02T06:30:00Z"],
    )]);
}
