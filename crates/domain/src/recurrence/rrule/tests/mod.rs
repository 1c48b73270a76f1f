//! The rules, by example and by property. That the dates are those of another implementation is judged by
//! tests/tests/others.

mod dates;
mod limits;
mod parse;
mod properties;

use chrono::NaiveDateTime;

use super::RecurrenceRule;
use super::schedule::Schedule;
use crate::TimeZone;
use crate::time::ZoneRules;

fn schedule(rule: &str, start: &str) -> Schedule {
    let rule = RecurrenceRule::parse(rule).unwrap_or_else(|error| panic!("{rule}: {error}"));
    rule.parts().unwrap().from(local(start))
}

fn local(text: &str) -> NaiveDateTime {
    text.parse().unwrap()
}

fn utc() -> ZoneRules {
    TimeZone::default().rules()
}

/// The first dates after the start, on the wall clock of a zone without changes.
fn dates(rule: &str, start: &str, count: usize) -> Vec<String> {
    let (schedule, zone) = (schedule(rule, start), utc());
    let first = schedule.first_after(&zone, local(start).and_utc());
    std::iter::successors(first, |(time, _)| schedule.first_after(&zone, *time))
        .take(count)
        .map(|(_, local)| local.date().to_string())
        .collect()
}
