//! Reading rules: the one spelling, and what is refused with which words.

use super::RecurrenceRule;

#[test]
fn rules_that_mean_the_same_are_written_the_same() {
    for (text, expected) in [
        ("FREQ=DAILY", "FREQ=DAILY"),
        (
            "rrule:freq=weekly;byday=we,mo,we",
            "FREQ=WEEKLY;BYDAY=MO,WE",
        ),
        ("INTERVAL=1;FREQ=DAILY;WKST=MO", "FREQ=DAILY"),
        (
            "FREQ=WEEKLY;WKST=SU;INTERVAL=02",
            "FREQ=WEEKLY;INTERVAL=2;WKST=SU",
        ),
        (
            "COUNT=10;FREQ=MONTHLY;BYMONTHDAY=-1,+15,1",
            "FREQ=MONTHLY;BYMONTHDAY=1,15,-1;COUNT=10",
        ),
        (
            "FREQ=MONTHLY;BYDAY=-1FR,+2MO,SU",
            "FREQ=MONTHLY;BYDAY=SU,2MO,-1FR",
        ),
        (
            "FREQ=MONTHLY;BYSETPOS=-1;BYDAY=MO,TU,WE,TH,FR",
            "FREQ=MONTHLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=-1",
        ),
        (
            "FREQ=YEARLY;BYDAY=53MO,-53SU",
            "FREQ=YEARLY;BYDAY=53MO,-53SU",
        ),
        (
            "FREQ=YEARLY;BYMONTH=12,1;BYMONTHDAY=31",
            "FREQ=YEARLY;BYMONTH=1,12;BYMONTHDAY=31",
        ),
        (
            "FREQ=DAILY;UNTIL=20310131T090000Z",
            "FREQ=DAILY;UNTIL=20310131T090000Z",
        ),
        (
            "FREQ=DAILY;UNTIL=20310131T090000",
            "FREQ=DAILY;UNTIL=20310131T090000",
        ),
        ("FREQ=DAILY;UNTIL=00010203", "FREQ=DAILY;UNTIL=00010203"),
    ] {
        let rule = RecurrenceRule::parse(text).unwrap_or_else(|error| panic!("{text}: {error}"));
        assert_eq!(rule.as_str(), expected);
        assert_eq!(RecurrenceRule::parse(expected), Ok(rule));
    }
}

/// A text, and words of what the client is told.
const REFUSED: &[(&str, &str)] = &[
    ("", "must be a recurrence rule"),
    ("daily", "must be a recurrence rule"),
    ("FREQ=DAILY;", "must be a recurrence rule"),
    ("FREQ=DAILY\nFREQ=DAILY", "FREQ must be there, and DAILY"),
    (" FREQ=DAILY", "unknown part"),
    ("INTERVAL=2", "FREQ must be there"),
    (
        "FREQ=HOURLY",
        "FREQ must be there, and DAILY, WEEKLY, MONTHLY or YEARLY; hours",
    ),
    (
        "FREQ=DAILY;BYHOUR=9",
        "BYHOUR is not supported; FREQ, INTERVAL",
    ),
    ("FREQ=DAILY;BYMINUTE=9", "BYMINUTE is not supported"),
    ("FREQ=DAILY;BYSECOND=9", "BYSECOND is not supported"),
    ("FREQ=YEARLY;BYYEARDAY=9", "BYYEARDAY is not supported"),
    ("FREQ=YEARLY;BYWEEKNO=9", "BYWEEKNO is not supported"),
    ("RSCALE=CHINESE;FREQ=YEARLY", "RSCALE is not supported"),
    ("FREQ=DAILY;BYEASTER=0", "unknown part"),
    ("FREQ=DAILY;FREQ=DAILY", "FREQ must be there only once"),
    (
        "FREQ=DAILY;INTERVAL=0",
        "INTERVAL must be a whole number from 1 to 999",
    ),
    ("FREQ=DAILY;INTERVAL=1000", "INTERVAL must be"),
    ("FREQ=DAILY;INTERVAL=", "INTERVAL must be"),
    (
        "FREQ=DAILY;COUNT=0",
        "COUNT must be a whole number from 1 to 100000",
    ),
    ("FREQ=DAILY;COUNT=-1", "COUNT must be"),
    ("FREQ=DAILY;BYMONTH=13", "BYMONTH must be months"),
    ("FREQ=DAILY;BYMONTH=-1", "BYMONTH must be months"),
    ("FREQ=DAILY;BYMONTH=", "BYMONTH must be months"),
    ("FREQ=DAILY;BYMONTHDAY=0", "BYMONTHDAY must be days"),
    ("FREQ=DAILY;BYMONTHDAY=1,32", "BYMONTHDAY must be days"),
    (
        "FREQ=DAILY;BYMONTHDAY=-2147483648",
        "BYMONTHDAY must be days",
    ),
    (
        "FREQ=WEEKLY;BYMONTHDAY=1",
        "BYMONTHDAY must not be there with FREQ=WEEKLY",
    ),
    ("FREQ=WEEKLY;BYDAY=MONDAY", "BYDAY must be weekdays"),
    ("FREQ=WEEKLY;BYDAY=M", "BYDAY must be weekdays"),
    ("FREQ=WEEKLY;BYDAY=\u{e9}MO", "BYDAY must be weekdays"),
    ("FREQ=WEEKLY;BYDAY=\u{20ac}", "BYDAY must be weekdays"),
    (
        "FREQ=WEEKLY;BYDAY=1MO",
        "BYDAY may have numbers such as 1MO or -1FR with FREQ=MONTHLY",
    ),
    ("FREQ=DAILY;BYDAY=-1MO", "BYDAY may have numbers"),
    (
        "FREQ=MONTHLY;BYDAY=6MO",
        "up to 53 in a year and up to 5 in a month",
    ),
    ("FREQ=YEARLY;BYMONTH=3;BYDAY=-6MO", "up to 5 in a month"),
    ("FREQ=YEARLY;BYDAY=54MO", "BYDAY must be weekdays"),
    ("FREQ=YEARLY;BYDAY=0MO", "BYDAY must be weekdays"),
    ("FREQ=MONTHLY;BYSETPOS=1", "BYSETPOS needs"),
    (
        "FREQ=MONTHLY;BYDAY=MO;BYSETPOS=367",
        "BYSETPOS must be numbers",
    ),
    (
        "FREQ=MONTHLY;BYDAY=MO;BYSETPOS=0",
        "BYSETPOS must be numbers",
    ),
    ("FREQ=WEEKLY;WKST=1MO", "WKST must be a weekday"),
    ("FREQ=DAILY;COUNT=2;UNTIL=20310131", "COUNT and UNTIL"),
    ("FREQ=DAILY;UNTIL=2031-01-31", "UNTIL must be a time"),
    ("FREQ=DAILY;UNTIL=20310132", "UNTIL must be a time"),
    ("FREQ=DAILY;UNTIL=00000101", "UNTIL must be a time"),
    ("FREQ=DAILY;UNTIL=20310131Z", "UNTIL must be a time"),
    ("FREQ=DAILY;UNTIL=20310131T0900Z", "UNTIL must be a time"),
    ("FREQ=DAILY;UNTIL=20310131T090060Z", "UNTIL must be a time"),
    ("FREQ=DAILY;UNTIL=+2310131", "UNTIL must be a time"),
    ("FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30", "no date"),
    ("FREQ=MONTHLY;BYMONTH=4;BYMONTHDAY=31", "no date"),
    ("FREQ=MONTHLY;BYDAY=MO;BYSETPOS=6", "no date"),
    ("FREQ=DAILY;BYMONTH=2;BYMONTHDAY=-30", "no date"),
    ("FREQ=WEEKLY;BYDAY=MO;BYSETPOS=2", "no date"),
];

#[test]
fn what_is_no_rule_of_ours_is_refused_by_name() {
    let long = format!("FREQ=DAILY;BYMONTHDAY=1{}", ",1".repeat(300));
    for (text, words) in REFUSED
        .iter()
        .copied()
        .chain([(&*long, "up to 500 characters")])
    {
        let error = RecurrenceRule::parse(text).map_err(|error| error.to_string());
        let error = error.expect_err(text);
        assert!(error.contains(words), "{text}: {error}");
    }
}
