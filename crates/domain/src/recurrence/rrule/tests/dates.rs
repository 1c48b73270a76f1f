//! The dates of rules: those of RFC 5545's examples, and others.

use super::{dates, local, schedule};
use crate::TimeZone;
use crate::time;

/// A rule, the date of the start, and the first dates after it.
const RFC_5545: &[(&str, &str, &[&str])] = &[
    (
        "FREQ=DAILY;INTERVAL=10;COUNT=5",
        "1997-09-02",
        &["1997-09-12", "1997-09-22", "1997-10-02"],
    ),
    (
        "FREQ=DAILY;UNTIL=20000131T140000Z;BYMONTH=1",
        "1998-01-30",
        &["1998-01-31", "1999-01-01", "1999-01-02"],
    ),
    (
        "FREQ=WEEKLY;INTERVAL=2;WKST=SU",
        "1997-09-02",
        &["1997-09-16", "1997-09-30", "1997-10-14"],
    ),
    (
        "FREQ=WEEKLY;INTERVAL=2;UNTIL=19971224T000000Z;WKST=SU;BYDAY=MO,WE,FR",
        "1997-09-01",
        &[
            "1997-09-03",
            "1997-09-05",
            "1997-09-15",
            "1997-09-17",
            "1997-09-19",
            "1997-09-29",
        ],
    ),
    (
        "FREQ=MONTHLY;COUNT=10;BYDAY=1FR",
        "1997-09-05",
        &["1997-10-03", "1997-11-07", "1997-12-05"],
    ),
    (
        "FREQ=MONTHLY;INTERVAL=2;COUNT=10;BYDAY=1SU,-1SU",
        "1997-09-07",
        &["1997-09-28", "1997-11-02", "1997-11-30", "1998-01-04"],
    ),
    (
        "FREQ=MONTHLY;COUNT=6;BYDAY=-2MO",
        "1997-09-22",
        &["1997-10-20", "1997-11-17", "1997-12-22"],
    ),
    (
        "FREQ=MONTHLY;BYMONTHDAY=-3",
        "1997-09-28",
        &["1997-10-29", "1997-11-28", "1997-12-29"],
    ),
    (
        "FREQ=MONTHLY;COUNT=10;BYMONTHDAY=1,-1",
        "1997-09-30",
        &["1997-10-01", "1997-10-31", "1997-11-01", "1997-11-30"],
    ),
    (
        "FREQ=YEARLY;COUNT=10;BYMONTH=6,7",
        "1997-06-10",
        &["1997-07-10", "1998-06-10", "1998-07-10"],
    ),
    (
        "FREQ=YEARLY;BYDAY=20MO",
        "1997-05-19",
        &["1998-05-18", "1999-05-17"],
    ),
    (
        "FREQ=YEARLY;BYMONTH=3;BYDAY=TH",
        "1997-03-13",
        &["1997-03-20", "1997-03-27", "1998-03-05"],
    ),
    (
        "FREQ=MONTHLY;BYDAY=FR;BYMONTHDAY=13",
        "1997-09-02",
        &[
            "1998-02-13",
            "1998-03-13",
            "1998-11-13",
            "1999-08-13",
            "2000-10-13",
        ],
    ),
    (
        "FREQ=MONTHLY;BYDAY=SA;BYMONTHDAY=7,8,9,10,11,12,13",
        "1997-09-13",
        &["1997-10-11", "1997-11-08"],
    ),
    (
        "FREQ=YEARLY;INTERVAL=4;BYMONTH=11;BYDAY=TU;BYMONTHDAY=2,3,4,5,6,7,8",
        "1996-11-05",
        &["2000-11-07", "2004-11-02"],
    ),
    (
        "FREQ=MONTHLY;COUNT=3;BYDAY=TU,WE,TH;BYSETPOS=3",
        "1997-09-04",
        &["1997-10-07", "1997-11-06"],
    ),
    (
        "FREQ=MONTHLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=-2",
        "1997-09-29",
        &["1997-10-30", "1997-11-27", "1997-12-30"],
    ),
    (
        "FREQ=WEEKLY;INTERVAL=2;COUNT=4;BYDAY=TU,SU;WKST=MO",
        "1997-08-05",
        &["1997-08-10", "1997-08-19", "1997-08-24"],
    ),
    (
        "FREQ=WEEKLY;INTERVAL=2;COUNT=4;BYDAY=TU,SU;WKST=SU",
        "1997-08-05",
        &["1997-08-17", "1997-08-19", "1997-08-31"],
    ),
    (
        "FREQ=MONTHLY;BYMONTHDAY=15,30;COUNT=5",
        "2007-01-15",
        &["2007-01-30", "2007-02-15", "2007-03-15", "2007-03-30"],
    ),
];

#[test]
fn the_dates_are_those_of_the_examples_in_rfc_5545() {
    for (rule, start, expected) in RFC_5545 {
        let found = dates(rule, &format!("{start}T09:00:00"), expected.len());
        assert_eq!(found, *expected, "{rule} from {start}");
    }
}

#[test]
fn where_a_rule_names_no_day_the_start_does() {
    for (rule, start, expected) in [
        ("FREQ=WEEKLY", "2026-01-01", ["2026-01-08", "2026-01-15"]),
        // RFC 5545: what does not exist is left out, where an interval takes the month's last day.
        ("FREQ=MONTHLY", "2026-01-31", ["2026-03-31", "2026-05-31"]),
        (
            "FREQ=MONTHLY;BYMONTH=2,3",
            "2026-01-29",
            ["2026-03-29", "2027-03-29"],
        ),
        ("FREQ=YEARLY", "2024-02-29", ["2028-02-29", "2032-02-29"]),
        (
            "FREQ=YEARLY;BYMONTHDAY=1",
            "2026-01-31",
            ["2026-02-01", "2026-03-01"],
        ),
        (
            "FREQ=YEARLY;BYDAY=MO",
            "2026-01-01",
            ["2026-01-05", "2026-01-12"],
        ),
        (
            "FREQ=DAILY;BYMONTHDAY=-1",
            "2026-01-01",
            ["2026-01-31", "2026-02-28"],
        ),
    ] {
        assert_eq!(
            dates(rule, &format!("{start}T09:00:00"), 2),
            expected,
            "{rule} from {start}"
        );
    }
}

/// dateutil has nothing for such a list: it wants each day to be of both kinds.
#[test]
fn weekdays_with_and_without_numbers_add_up() {
    let rule = "FREQ=MONTHLY;BYDAY=MO,-1FR";
    let expected = [
        "2026-01-05",
        "2026-01-12",
        "2026-01-19",
        "2026-01-26",
        "2026-01-30",
        "2026-02-02",
    ];
    assert_eq!(dates(rule, "2026-01-01T09:00:00", 6), expected);
}

#[test]
fn the_time_of_day_is_that_of_the_zone_and_a_gap_moves_it_once() {
    let zone = TimeZone::parse("Europe/Berlin").unwrap().rules();
    let schedule = schedule("FREQ=WEEKLY;BYDAY=SU", "2026-03-22T02:30:00");
    let mut after = zone.resolve(local("2026-03-22T02:30:00"));
    let mut found = Vec::new();
    for _ in 0..3 {
        after = schedule.first_after(&zone, after).unwrap().0;
        found.push(time::format(after));
    }
    assert_eq!(
        found,
        [
            "2026-03-29T01:30:00Z",
            "2026-04-05T00:30:00Z",
            "2026-04-12T00:30:00Z"
        ]
    );
}

#[test]
fn a_day_that_a_zone_skips_is_not_due_twice() {
    let zone = TimeZone::parse("Pacific/Apia").unwrap().rules();
    let schedule = schedule("FREQ=DAILY;BYDAY=TH,FR,SA", "2011-12-29T09:00:00");
    let first = zone.resolve(local("2011-12-29T09:00:00"));
    let (skipped, wall_clock) = schedule.first_after(&zone, first).unwrap();
    assert_eq!(wall_clock, local("2011-12-30T09:00:00"));
    assert_eq!(zone.local(skipped), Some(local("2011-12-31T09:00:00")));
    let (next, _) = schedule.first_after(&zone, skipped).unwrap();
    assert_eq!(zone.local(next), Some(local("2012-01-05T09:00:00")));
}
