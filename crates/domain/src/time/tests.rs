//! Reading, writing and resolving times.

use chrono::NaiveDateTime;

use super::*;

fn zone(name: &str) -> TimeZone {
    TimeZone::parse(name).unwrap()
}

#[test]
fn a_time_is_read_as_its_offset_or_else_the_zone_says() {
    let table = [
        ("2026-01-31T09:00:00Z", "Asia/Tokyo", "2026-01-31T09:00:00Z"),
        ("2026-01-31t09:00:00z", "UTC", "2026-01-31T09:00:00Z"),
        (
            "2026-01-31T09:00:00+02:00",
            "Asia/Tokyo",
            "2026-01-31T07:00:00Z",
        ),
        ("2026-01-31T00:30:00-00:30", "UTC", "2026-01-31T01:00:00Z"),
        ("2026-01-31T09:00", "UTC", "2026-01-31T09:00:00Z"),
        (
            "2026-01-31T09:00",
            "America/New_York",
            "2026-01-31T14:00:00Z",
        ),
        (
            "2026-07-31T09:00:30",
            "America/New_York",
            "2026-07-31T13:00:30Z",
        ),
        (
            "2026-07-31T09:00:30.5",
            "Europe/Berlin",
            "2026-07-31T07:00:30.500Z",
        ),
        (
            "2026-01-31T09:00:00.123456789Z",
            "UTC",
            "2026-01-31T09:00:00.123456Z",
        ),
        ("2026-01-31T09:00:00.000000Z", "UTC", "2026-01-31T09:00:00Z"),
        ("2016-12-31T23:59:60Z", "UTC", "2017-01-01T00:00:00Z"),
        ("0001-01-01T00:00:00Z", "UTC", "0001-01-01T00:00:00Z"),
        (
            "9999-12-31T23:59:59.999999Z",
            "UTC",
            "9999-12-31T23:59:59.999999Z",
        ),
        ("2024-02-29T00:00:00Z", "UTC", "2024-02-29T00:00:00Z"),
    ];
    for (text, name, expected) in table {
        assert_eq!(
            parse(text, &zone(name)).map(format).as_deref(),
            Ok(expected),
            "{text} in {name}"
        );
    }
}

#[test]
fn a_text_that_is_no_time_is_refused() {
    let table = [
        "",
        "tomorrow",
        "2026-01-31",
        "2026-01-31T",
        "2026-01-31T9:00",
        "2026-01-31 09:00:00Z",
        "2026-01-31T09:00Z",
        "2026-01-31T09:00:00+0200",
        "2026-02-29T09:00:00Z",
        "2026-13-01T09:00:00Z",
        "2026-01-31T24:00:00Z",
        "2026-01-31T09:60",
        "2026-01-31T09:00:00 Z",
        " 2026-01-31T09:00:00Z",
        "2026-01-31T09:00:00Z ",
        "+2026-01-31T09:00:00Z",
        "20260131T090000Z",
        "2026-01-31T09:00:00Z\0",
        "2026-01-31T09:00:00\u{2212}02:00",
        "2026-01-3\u{e9}T09:00",
        "1769850000",
        "12026-01-31T09:00:00Z",
        "2026-01-31T09:00:00.Z",
    ];
    for text in table {
        assert_eq!(
            parse(text, &zone("UTC")),
            Err(TimeError::Format),
            "{text:?}"
        );
    }
}

#[test]
fn without_a_zone_an_offset_is_required() {
    let table = [
        "2026-01-31T09:00:00",
        "2026-01-31T09:00",
        "2026-01-31T09:00:00\u{2212}02:00",
        "",
    ];
    for text in table {
        assert_eq!(parse_utc(text), Err(TimeError::Format), "{text:?}");
    }
}

#[test]
fn a_time_outside_the_years_1_to_9999_is_refused() {
    let table = [
        ("0000-12-31T23:59:59Z", "UTC"),
        ("0001-01-01T00:00:00+01:00", "UTC"),
        ("9999-12-31T23:59:59-01:00", "UTC"),
        // The wall clock of the task's zone would leave the range.
        ("9999-12-31T23:59:59Z", "Asia/Tokyo"),
        ("0001-01-01T00:00:00Z", "America/New_York"),
        ("9999-12-31T23:59", "America/New_York"),
    ];
    for (text, name) in table {
        assert_eq!(
            parse(text, &zone(name)),
            Err(TimeError::Year),
            "{text} in {name}"
        );
    }
}

#[test]
fn every_written_time_reads_back_as_itself() {
    for micros in [
        0,
        1,
        -1,
        999_999,
        1_769_850_000_123_000,
        -62_135_596_800_000_000,
        253_402_300_799_999_999,
    ] {
        let time = DateTime::from_timestamp_micros(micros).unwrap();
        assert_eq!(parse_utc(&format(time)), Ok(time));
    }
}

#[test]
fn truncating_drops_what_is_below_a_microsecond_also_before_1970() {
    let time = DateTime::from_timestamp(-1, 1_999).unwrap();
    assert_eq!(truncate(time), DateTime::from_timestamp(-1, 1_000).unwrap());
    assert_eq!(truncate(truncate(time)), truncate(time));
}

#[test]
fn a_skipped_local_time_moves_forward_by_the_gap_and_a_repeated_one_is_the_first() {
    let table = [
        (
            "2026-03-08T01:59:59",
            "America/New_York",
            "2026-03-08T06:59:59Z",
        ),
        (
            "2026-03-08T02:00:00",
            "America/New_York",
            "2026-03-08T07:00:00Z",
        ),
        (
            "2026-03-08T02:30:00",
            "America/New_York",
            "2026-03-08T07:30:00Z",
        ),
        (
            "2026-03-08T03:00:00",
            "America/New_York",
            "2026-03-08T07:00:00Z",
        ),
        (
            "2026-11-01T01:30:00",
            "America/New_York",
            "2026-11-01T05:30:00Z",
        ),
        (
            "2026-11-01T02:00:00",
            "America/New_York",
            "2026-11-01T07:00:00Z",
        ),
        (
            "2026-03-29T02:30:00",
            "Europe/Berlin",
            "2026-03-29T01:30:00Z",
        ),
        // Half an hour of summer time.
        (
            "2026-10-04T02:15:00",
            "Australia/Lord_Howe",
            "2026-10-03T15:45:00Z",
        ),
        // Midnight itself is skipped.
        (
            "2018-11-04T00:00:00",
            "America/Sao_Paulo",
            "2018-11-04T03:00:00Z",
        ),
        // The whole of 30 December 2011 is skipped.
        (
            "2011-12-30T09:00:00",
            "Pacific/Apia",
            "2011-12-30T19:00:00Z",
        ),
    ];
    for (local, name, expected) in table {
        let local: NaiveDateTime = local.parse().unwrap();
        let time = resolve_local(local, &zone(name));
        assert_eq!(format(time), expected, "{local} in {name}");
    }
}
