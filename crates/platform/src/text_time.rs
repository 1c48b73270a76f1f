//! How SQLite keeps a time: `2026-01-31T09:00:00.000000`, fixed width, so that text order is time order.
//!
//! Written by hand: chrono's format strings would add 25 KB to every component.

use chrono::{Datelike, NaiveDate, NaiveDateTime, Timelike};

/// Writes a time with microseconds.
pub(crate) fn write(time: NaiveDateTime) -> String {
    format!(
        "{:04}-{:02}-{:02}T{:02}:{:02}:{:02}.{:06}",
        time.year(),
        time.month(),
        time.day(),
        time.hour(),
        time.minute(),
        time.second(),
        time.nanosecond() / 1000
    )
}

/// Reads what [`write`] wrote.
pub(crate) fn read(text: &str) -> Option<NaiveDateTime> {
    let (date, time) = text.split_once('T')?;
    let (time, micros) = time.split_once('.')?;
    let mut date = date.splitn(3, '-');
    let mut time = time.splitn(3, ':');
    let year = date.next()?.parse().ok()?;
    let (month, day) = (number(date.next())?, number(date.next())?);
    let (hour, minute, second) = (
        number(time.next())?,
        number(time.next())?,
        number(time.next())?,
    );
    NaiveDate::from_ymd_opt(year, month, day)?.and_hms_micro_opt(
        hour,
        minute,
        second,
        micros.parse().ok()?,
    )
}

fn number(text: Option<&str>) -> Option<u32> {
    text?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_time_survives() {
        for text in [
            "2026-01-31T09:00:00.000000",
            "0001-12-01T23:59:59.000042",
            "9999-12-31T23:59:59.999999",
        ] {
            assert_eq!(write(read(text).unwrap()), text);
        }
        for bad in [
            "",
            "2026-01-31",
            "2026-02-30T00:00:00.000000",
            "2026-01-31T09:00:00",
        ] {
            assert_eq!(read(bad), None, "{bad}");
        }
    }
}
