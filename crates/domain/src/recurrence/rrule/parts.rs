//! A rule taken apart, and written down again in its one spelling.

use std::fmt::{self, Display};

use chrono::{Datelike, NaiveDate, NaiveDateTime, Timelike, Weekday};

use crate::time::Time;

/// The periods that a rule counts. Hours and less are not supported.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Frequency {
    Daily,
    /// They begin on WKST.
    Weekly,
    Monthly,
    Yearly,
}

/// A rule's parts under the names of RFC 5545; lists are sorted and without repetitions, and empty when they are not there.
#[derive(Clone, Debug)]
pub(crate) struct Parts {
    /// FREQ
    pub(super) frequency: Frequency,
    /// INTERVAL, 1 to 999
    pub(super) interval: u32,
    /// BYMONTH, 1 to 12
    pub(super) months: Vec<i32>,
    /// BYMONTHDAY, 1 to 31, or -1 (the last) to -31
    pub(super) month_days: Vec<i32>,
    /// BYDAY
    pub(super) days: Vec<Day>,
    /// BYSETPOS, 1 to 366, or -1 (the last) to -366
    pub(super) positions: Vec<i32>,
    /// WKST
    pub(super) week_start: Weekday,
    /// COUNT: how many occurrences there are, the first included.
    pub(crate) count: Option<u32>,
    /// UNTIL: nothing is due after it.
    pub(super) until: Option<Until>,
}

/// A weekday, every one of them (0) or the nth of the month or year; negative numbers count from its end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Day {
    pub(super) nth: i32,
    pub(super) weekday: Weekday,
}

/// The end of a series, in the three forms that there are. RFC 5545 wants an instant where there is a time zone; the other
/// two are what people write.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Until {
    Instant(Time),
    /// A time of the task's zone.
    Local(NaiveDateTime),
    /// The whole day in the task's zone.
    Day(NaiveDate),
}

pub(super) const FREQUENCIES: [(&str, Frequency); 4] = [
    ("DAILY", Frequency::Daily),
    ("WEEKLY", Frequency::Weekly),
    ("MONTHLY", Frequency::Monthly),
    ("YEARLY", Frequency::Yearly),
];

pub(super) const WEEKDAYS: [(&str, Weekday); 7] = [
    ("MO", Weekday::Mon),
    ("TU", Weekday::Tue),
    ("WE", Weekday::Wed),
    ("TH", Weekday::Thu),
    ("FR", Weekday::Fri),
    ("SA", Weekday::Sat),
    ("SU", Weekday::Sun),
];

impl Parts {
    /// Whether an occurrence would come after UNTIL; `local` is its time on the wall clock of the zone, before a gap moved it.
    pub(crate) fn ended_before(&self, due: Time, local: NaiveDateTime) -> bool {
        match self.until {
            None => false,
            Some(Until::Instant(until)) => due > until,
            Some(Until::Local(until)) => local > until,
            Some(Until::Day(until)) => local.date() > until,
        }
    }
}

impl Display for Parts {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "FREQ={}", name(&FREQUENCIES, self.frequency))?;
        if self.interval != 1 {
            write!(f, ";INTERVAL={}", self.interval)?;
        }
        list(f, "BYMONTH", &self.months)?;
        list(f, "BYMONTHDAY", &self.month_days)?;
        list(f, "BYDAY", &self.days)?;
        list(f, "BYSETPOS", &self.positions)?;
        if self.week_start != Weekday::Mon {
            write!(f, ";WKST={}", name(&WEEKDAYS, self.week_start))?;
        }
        if let Some(count) = self.count {
            write!(f, ";COUNT={count}")?;
        }
        match self.until {
            None => Ok(()),
            Some(until) => write!(f, ";UNTIL={until}"),
        }
    }
}

impl Display for Day {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.nth != 0 {
            write!(f, "{}", self.nth)?;
        }
        f.write_str(name(&WEEKDAYS, self.weekday))
    }
}

impl Display for Until {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Instant(time) => write!(f, "{}Z", Self::Local(time.naive_utc())),
            Self::Local(time) => write!(
                f,
                "{}T{:02}{:02}{:02}",
                Self::Day(time.date()),
                time.hour(),
                time.minute(),
                time.second()
            ),
            Self::Day(day) => write!(f, "{:04}{:02}{:02}", day.year(), day.month(), day.day()),
        }
    }
}

fn list<T: Display>(f: &mut fmt::Formatter<'_>, name: &str, items: &[T]) -> fmt::Result {
    for (index, item) in items.iter().enumerate() {
        if index == 0 {
            write!(f, ";{name}={item}")?;
        } else {
            write!(f, ",{item}")?;
        }
    }
    Ok(())
}

/// What a value is called in a rule.
fn name<T: Copy + PartialEq>(names: &[(&'static str, T)], value: T) -> &'static str {
    let found = names.iter().find(|(_, named)| *named == value);
    found.map_or("", |(name, _)| *name)
}

/// The value that is called so.
pub(super) fn named<T: Copy>(names: &[(&'static str, T)], name: &str) -> Option<T> {
    let found = names.iter().find(|(known, _)| *known == name);
    found.map(|(_, value)| *value)
}
