//! The forms of single values: numbered weekdays and times.

use chrono::{NaiveDate, NaiveDateTime};

use super::parts::{Day, Until, WEEKDAYS, named};

/// How many of a weekday a year has at most.
pub(super) const IN_YEAR: u32 = 53;

/// `MO`, `1MO`, `+1MO` or `-1MO`.
pub(super) fn day(text: &str) -> Option<Day> {
    let (nth, name) = text.split_at_checked(text.len().checked_sub(2)?)?;
    let nth = if nth.is_empty() {
        0
    } else {
        nth.parse()
            .ok()
            .filter(|nth: &i32| (1..=IN_YEAR).contains(&nth.unsigned_abs()))?
    };
    let weekday = named(&WEEKDAYS, name)?;
    Some(Day { nth, weekday })
}

/// A day, or a time on it with or without `Z`: 20310131, 20310131T090000, 20310131T090000Z.
pub(super) fn until(text: &str) -> Option<Until> {
    let date = NaiveDate::from_ymd_opt(
        i32::try_from(digits(text, 0, 4)?)
            .ok()
            .filter(|year| *year > 0)?,
        digits(text, 4, 6)?,
        digits(text, 6, 8)?,
    )?;
    let clock = text.get(8..)?;
    if clock.is_empty() {
        return Some(Until::Day(date));
    }
    let (clock, utc) = clock
        .strip_suffix('Z')
        .map_or((clock, false), |clock| (clock, true));
    let clock = clock.strip_prefix('T').filter(|clock| clock.len() == 6)?;
    let local: NaiveDateTime = date.and_hms_opt(
        digits(clock, 0, 2)?,
        digits(clock, 2, 4)?,
        digits(clock, 4, 6)?,
    )?;
    Some(if utc {
        Until::Instant(local.and_utc())
    } else {
        Until::Local(local)
    })
}

fn digits(text: &str, from: usize, to: usize) -> Option<u32> {
    let digits = text.get(from..to)?;
    digits
        .bytes()
        .all(|byte| byte.is_ascii_digit())
        .then(|| digits.parse().ok())?
}
