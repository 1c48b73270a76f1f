//! The zones of a calendar: times of their clocks, and a VTIMEZONE for each (RFC 5545, section 3.6.5).

use crate::lines::{Lines, local, utc};
use chrono::DateTime;
use domain::time::{Clocks, Observance};
use domain::{Time, TimeZone};
use std::collections::{BTreeMap, BTreeSet};

/// The zones that have been used, each with its times.
#[derive(Default)]
pub(crate) struct Zones<'a>(BTreeMap<&'a str, Zone>);

struct Zone {
    clocks: Option<Clocks>,
    times: BTreeSet<Time>,
}

impl<'a> Zones<'a> {
    /// Writes a property with a time of the zone's clocks; in UTC if they cannot say it.
    pub(crate) fn time(&mut self, lines: &mut Lines, name: &str, time: Time, zone: &'a TimeZone) {
        let known = self.0.entry(zone.as_str()).or_insert_with(|| Zone {
            clocks: Clocks::of(zone),
            times: BTreeSet::new(),
        });
        match known.clocks.as_ref().and_then(|clocks| clocks.show(time)) {
            Some(shown) => {
                known.times.insert(time);
                lines.line(name, &format!(";TZID={zone}:{}", local(shown)));
            }
            None => lines.line(name, &format!(":{}", utc(time))),
        }
    }

    /// Writes what a reader must know of the zones.
    pub(crate) fn write(&self, lines: &mut Lines) {
        for (name, zone) in &self.0 {
            let Some(clocks) = zone.clocks.as_ref().filter(|_| !zone.times.is_empty()) else {
                continue;
            };
            write_zone(lines, name, &clocks.observances(&zone.times));
        }
    }
}

/// Writes a zone that says nothing.
pub(crate) fn write_utc(lines: &mut Lines) {
    let always = Observance {
        onset: DateTime::UNIX_EPOCH.naive_utc(),
        offset_before: 0,
        offset: 0,
        is_daylight: false,
        name: "UTC".to_owned(),
    };
    write_zone(lines, "UTC", &[always]);
}

fn write_zone(lines: &mut Lines, name: &str, observances: &[Observance]) {
    lines.begin("VTIMEZONE");
    lines.line("TZID:", name);
    for observance in observances {
        write(lines, observance);
    }
    lines.end("VTIMEZONE");
}

fn write(lines: &mut Lines, observance: &Observance) {
    let kind = if observance.is_daylight {
        "DAYLIGHT"
    } else {
        "STANDARD"
    };
    lines.begin(kind);
    lines.line("DTSTART:", &local(observance.onset));
    lines.line("TZOFFSETFROM:", &offset(observance.offset_before));
    lines.line("TZOFFSETTO:", &offset(observance.offset));
    lines.text("TZNAME:", &observance.name);
    lines.end(kind);
}

/// Hours and minutes, and seconds where there are some.
fn offset(seconds: i32) -> String {
    let sign = if seconds < 0 { '-' } else { '+' };
    let seconds = seconds.unsigned_abs();
    let (hours, minutes, rest) = (seconds / 3600, seconds / 60 % 60, seconds % 60);
    if rest == 0 {
        format!("{sign}{hours:02}{minutes:02}")
    } else {
        format!("{sign}{hours:02}{minutes:02}{rest:02}")
    }
}

#[cfg(test)]
mod tests {
    use super::offset;

    #[test]
    fn an_offset_has_a_sign_and_seconds_only_if_it_has_some() {
        let offsets = [0, 7200, -12_600, 20_700, -2670].map(offset);
        assert_eq!(offsets, ["+0000", "+0200", "-0330", "+0545", "-004430"]);
    }
}
