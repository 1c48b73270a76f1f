//! Points in time: microseconds in UTC, read from and written as RFC 3339, and the way between UTC and wall clocks.

use chrono::{DateTime, Datelike, NaiveDateTime, SecondsFormat, Utc};
use serde::Serializer;

mod clocks;
pub(crate) mod zone;
mod zone_rules;

pub use clocks::{Clocks, Observance};
pub(crate) use zone_rules::ZoneRules;

use crate::TimeZone;

/// A point in time. Whoever makes one calls [`truncate`], so that it survives a database unchanged.
pub type Time = DateTime<Utc>;

/// Why a text is no time.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum TimeError {
    /// Neither form, or a date that the calendar does not have.
    #[error("must be an RFC 3339 time such as 2026-01-31T09:00:00Z")]
    Format,
    /// Outside the years that RFC 3339 can write.
    #[error("must be between the years 0001 and 9999")]
    Year,
}

/// Reads RFC 3339, or a local time without an offset (`2026-01-31T09:00`, seconds and fraction optional) in `zone`.
///
/// # Errors
/// When the text has neither form, or the time is outside the years 0001 to 9999 in UTC or in `zone`.
pub fn parse(text: &str, zone: &TimeZone) -> Result<Time, TimeError> {
    if let Some(local) = parse_local(text)? {
        return in_years(resolve_local(local, zone));
    }
    let time = parse_utc(text)?;
    if writable(time, &zone.rules()) {
        Ok(time)
    } else {
        Err(TimeError::Year)
    }
}

/// Reads a local time without an offset; `None` is a text that seems to have one.
///
/// # Errors
/// When the text has neither form, or another year than 0001 to 9999.
pub(crate) fn parse_local(text: &str) -> Result<Option<NaiveDateTime>, TimeError> {
    let clock = text.get(11..).ok_or(TimeError::Format)?;
    if clock.contains(['Z', 'z', '+', '-']) {
        return Ok(None);
    }
    let seconds = if clock.len() == 5 { ":00" } else { "" };
    Ok(Some(parse_utc(&format!("{text}{seconds}Z"))?.naive_utc()))
}

/// Reads RFC 3339 with an offset. Needs no time-zone database: what events and stored rows use.
///
/// # Errors
/// When the text has another form, or the time is outside the years 0001 to 9999.
pub fn parse_utc(text: &str) -> Result<Time, TimeError> {
    // chrono also takes a space between date and time; RFC 3339 section 5.6 has only T or t.
    if !text.is_ascii() || !matches!(text.as_bytes().get(10), Some(b'T' | b't')) {
        return Err(TimeError::Format);
    }
    let time = DateTime::parse_from_rfc3339(text).map_err(|_| TimeError::Format)?;
    in_years(truncate(time.to_utc()))
}

/// RFC 3339 in UTC with `Z`; three or six digits of a second's fraction, none when it is zero.
#[must_use]
pub fn format(time: Time) -> String {
    truncate(time).to_rfc3339_opts(SecondsFormat::AutoSi, true)
}

/// Cuts to whole microseconds, which is what both databases keep; a leap second becomes the second after it.
#[must_use]
pub fn truncate(time: Time) -> Time {
    DateTime::from_timestamp_micros(time.timestamp_micros()).unwrap_or(time)
}

/// The instant at which clocks in `zone` show `local`. A time that a gap skips moves forward by the gap's length; of a
/// time that exists twice, the first.
#[must_use]
pub fn resolve_local(local: NaiveDateTime, zone: &TimeZone) -> Time {
    zone.rules().resolve(local)
}

/// Whether RFC 3339 can write this date: the years 0001 to 9999.
pub(crate) fn in_range(date: &impl Datelike) -> bool {
    (1..=9999).contains(&date.year())
}

/// Whether RFC 3339 can write the time, in UTC and on the clocks of a zone: a client must be able to send it back.
pub(crate) fn writable(time: Time, zone: &ZoneRules) -> bool {
    in_range(&time) && zone.local(time).is_some_and(|local| in_range(&local))
}

/// Whether a task can be due then. Sorted lists put a task without a due date at the last microsecond of the year 9999, so
/// that no task may really be due in it.
#[must_use]
pub fn can_be_due(time: Time) -> bool {
    const LAST: i64 = 253_402_300_799_999_999;
    time.timestamp_micros() < LAST
}

fn in_years(time: Time) -> Result<Time, TimeError> {
    if in_range(&time) {
        Ok(time)
    } else {
        Err(TimeError::Year)
    }
}

/// For `#[serde(serialize_with)]`: the text of [`format`].
pub(crate) fn serialize<S: Serializer>(time: &Time, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_str(&format(*time))
}

/// The same for a time that may be null.
pub(crate) fn serialize_option<S: Serializer>(
    time: &Option<Time>,
    serializer: S,
) -> Result<S::Ok, S::Error> {
    match time {
        Some(time) => serialize(time, serializer),
        None => serializer.serialize_none(),
    }
}

#[cfg(test)]
mod tests;
