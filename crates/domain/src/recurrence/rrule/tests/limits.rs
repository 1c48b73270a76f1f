//! Rare and impossible dates, and the ends of the calendar.

use std::time::{Duration, Instant};

use super::{dates, local, schedule, utc};

/// Far more than any needs, and far less than a search that does not end.
const BOUND: Duration = Duration::from_secs(2);

#[test]
fn a_rare_date_is_found_however_far_away() {
    let start = "1900-01-01T09:00:00";
    let begun = Instant::now();
    for (rule, expected) in [
        ("FREQ=DAILY;BYMONTH=2;BYMONTHDAY=29;BYDAY=MO", "1904-02-29"),
        ("FREQ=WEEKLY;BYMONTH=2;BYDAY=SA", "1900-02-03"),
        (
            "FREQ=YEARLY;INTERVAL=999;BYMONTH=2;BYMONTHDAY=29",
            "5896-02-29",
        ),
        ("FREQ=YEARLY;BYDAY=53MO", "1900-12-31"),
        (
            "FREQ=MONTHLY;BYSETPOS=31;BYDAY=SU,MO,TU,WE,TH,FR,SA",
            "1900-01-31",
        ),
        (
            "FREQ=DAILY;INTERVAL=999;BYMONTH=2;BYMONTHDAY=29",
            "6112-02-29",
        ),
    ] {
        assert_eq!(dates(rule, start, 1), [expected], "{rule}");
    }
    assert!(begun.elapsed() < BOUND, "{:?}", begun.elapsed());
}

#[test]
fn a_date_long_after_the_start_is_found_at_once() {
    let (daily, zone) = (
        schedule("FREQ=DAILY;INTERVAL=2", "0001-01-01T09:00:00"),
        utc(),
    );
    let begun = Instant::now();
    for day in 0..28 {
        let after = local("9990-02-01T09:00:00") + chrono::Days::new(day);
        let (_, found) = daily.first_after(&zone, after.and_utc()).unwrap();
        let ahead = (found - after).num_days();
        assert!((1..=2).contains(&ahead), "{found}");
    }
    assert!(begun.elapsed() < BOUND, "{:?}", begun.elapsed());
}

#[test]
fn where_a_rule_never_meets_its_start_the_search_ends() {
    let begun = Instant::now();
    for (rule, start) in [
        ("FREQ=DAILY;INTERVAL=7;BYDAY=MO", "2026-01-06T09:00:00"),
        (
            "FREQ=YEARLY;INTERVAL=2;BYMONTH=2;BYMONTHDAY=29",
            "2025-03-01T09:00:00",
        ),
        ("FREQ=MONTHLY;INTERVAL=12;BYMONTH=3", "2026-02-01T09:00:00"),
        ("FREQ=MONTHLY;BYMONTH=2", "2026-01-30T09:00:00"),
        (
            "FREQ=WEEKLY;INTERVAL=2;BYMONTH=2;BYDAY=MO;BYSETPOS=1",
            "9999-11-01T09:00:00",
        ),
    ] {
        assert!(dates(rule, start, 1).is_empty(), "{rule}");
    }
    assert!(begun.elapsed() < BOUND, "{:?}", begun.elapsed());
}

#[test]
fn the_calendar_ends_with_the_year_9999_and_begins_with_the_year_1() {
    assert_eq!(
        dates("FREQ=YEARLY", "9997-06-01T09:00:00", 9),
        ["9998-06-01", "9999-06-01"]
    );
    assert_eq!(
        dates("FREQ=DAILY", "9999-12-30T09:00:00", 1),
        ["9999-12-31"]
    );
    // The week of the start begins in the year 0.
    assert_eq!(
        dates("FREQ=WEEKLY;WKST=SU;BYDAY=TU", "0001-01-01T09:00:00", 1),
        ["0001-01-02"]
    );
}
