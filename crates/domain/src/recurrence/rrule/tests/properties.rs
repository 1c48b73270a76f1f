//! What holds for every rule, on some thousands of generated ones (the same in every run): the dates are those that a plain
//! reading of RFC 5545 gives, one day after the other.

use chrono::{Datelike, Days, NaiveDate, NaiveDateTime, TimeDelta};

use super::{RecurrenceRule, utc};
use crate::testing::Numbers;

#[derive(Debug)]
struct Example {
    rule: String,
    start: NaiveDateTime,
    interval: i64,
    frequency: &'static str,
    months: Vec<u32>,
    month_days: Vec<i64>,
    days: Vec<(i64, u32)>,
    monday_first: bool,
}

const DAYS: [&str; 7] = ["MO", "TU", "WE", "TH", "FR", "SA", "SU"];

fn example(numbers: &mut Numbers) -> Example {
    let frequency = numbers.pick(&["DAILY", "WEEKLY", "MONTHLY", "YEARLY"]);
    let some = |numbers: &mut Numbers, most: i64| numbers.between(0, 2) * numbers.between(1, most);
    let months = some(numbers, 4);
    let months = (0..months)
        .map(|_| numbers.between(1, 13) as u32)
        .collect::<Vec<_>>();
    let month_days = if frequency == "WEEKLY" {
        0
    } else {
        some(numbers, 4)
    };
    let month_days = (0..month_days)
        .map(|_| numbers.between(1, 29) * numbers.pick(&[1, 1, -1]))
        .collect::<Vec<_>>();
    let numbered = ["MONTHLY", "YEARLY"].contains(&frequency) && numbers.between(0, 2) == 1;
    let most = if frequency == "YEARLY" && months.is_empty() {
        53
    } else {
        5
    };
    let days = some(numbers, 4);
    let days = (0..days)
        .map(|_| {
            let nth = if numbered {
                numbers.between(1, most) * numbers.pick(&[1, -1])
            } else {
                0
            };
            (nth, numbers.between(0, 7) as u32)
        })
        .collect::<Vec<_>>();
    let interval = numbers.pick(&[1, 1, 2, 3, 5]);
    let monday_first = numbers.between(0, 2) == 1;
    let mut rule = format!("FREQ={frequency};INTERVAL={interval}");
    let mut list = |name: &str, items: Vec<String>| {
        if !items.is_empty() {
            rule += &format!(";{name}={}", items.join(","));
        }
    };
    list("BYMONTH", months.iter().map(u32::to_string).collect());
    list(
        "BYMONTHDAY",
        month_days.iter().map(i64::to_string).collect(),
    );
    let named = |(nth, day): &(i64, u32)| {
        let nth = if *nth == 0 {
            String::new()
        } else {
            nth.to_string()
        };
        format!("{nth}{}", DAYS[*day as usize])
    };
    list("BYDAY", days.iter().map(named).collect());
    list(
        "WKST",
        vec![if monday_first { "MO" } else { "SU" }.to_owned()],
    );
    let start =
        NaiveDate::from_ymd_opt(2000, 1, 1).unwrap() + Days::new(numbers.between(0, 9000) as u64);
    Example {
        rule,
        start: start.and_hms_opt(9, 0, 0).unwrap(),
        interval,
        frequency,
        months,
        month_days,
        days,
        monday_first,
    }
}

/// Whether the rule has this day, by the text of RFC 5545.
fn has(example: &Example, day: NaiveDate) -> bool {
    let start = example.start.date();
    let months = |date: NaiveDate| i64::from(date.year()) * 12 + i64::from(date.month0());
    let week = |date: NaiveDate| {
        let gone = if example.monday_first {
            date.weekday().num_days_from_monday()
        } else {
            date.weekday().num_days_from_sunday()
        };
        date - Days::new(gone.into())
    };
    let periods = match example.frequency {
        "DAILY" => (day - start).num_days(),
        "WEEKLY" => (week(day) - week(start)).num_days() / 7,
        "MONTHLY" => months(day) - months(start),
        _ => i64::from(day.year() - start.year()),
    };
    let nothing = example.month_days.is_empty() && example.days.is_empty();
    let like_start = match example.frequency {
        "WEEKLY" => day.weekday() == start.weekday(),
        "MONTHLY" => day.day() == start.day(),
        "YEARLY" => {
            day.day() == start.day() && (!example.months.is_empty() || day.month() == start.month())
        }
        _ => true,
    };
    // How many of this weekday its month or year has up to it, going so many days at a time.
    let in_year = example.frequency == "YEARLY" && example.months.is_empty();
    let count = |step: i64| {
        let other = |k: i64| day + TimeDelta::days(step * k);
        let same = |k: &i64| {
            other(*k).year() == day.year() && (in_year || other(*k).month() == day.month())
        };
        (0..).take_while(same).count() as i64
    };
    let nth = |wanted: i64| {
        if wanted > 0 {
            wanted == count(-7)
        } else {
            -wanted == count(7)
        }
    };
    let weekday = day.weekday().num_days_from_monday();
    let month_length = i64::from(day.num_days_in_month());
    periods % example.interval == 0
        && (example.months.is_empty() || example.months.contains(&day.month()))
        && (!nothing || like_start)
        && (example.month_days.is_empty()
            || example.month_days.iter().any(|wanted| {
                let wanted = if *wanted < 0 {
                    month_length + 1 + wanted
                } else {
                    *wanted
                };
                wanted == i64::from(day.day())
            }))
        && (example.days.is_empty()
            || example
                .days
                .iter()
                .any(|(number, wanted)| *wanted == weekday && (*number == 0 || nth(*number))))
}

#[test]
fn every_date_of_four_years_is_found_and_none_besides() {
    const END: u64 = 1461;
    let mut numbers = Numbers(5);
    let mut dates = 0;
    for _ in 0..120 {
        let example = example(&mut numbers);
        let Ok(rule) = RecurrenceRule::parse(&example.rule) else {
            continue;
        };
        let schedule = rule.parts().unwrap().from(example.start);
        let end = example.start + Days::new(END);
        let first = schedule.first_after(&utc(), example.start.and_utc());
        let found: Vec<NaiveDate> =
            std::iter::successors(first, |(time, _)| schedule.first_after(&utc(), *time))
                .map(|(_, local)| local.date())
                .take_while(|date| *date <= end.date())
                .collect();
        let days = example.start.date().iter_days().skip(1).take(END as usize);
        let expected: Vec<NaiveDate> = days.filter(|day| has(&example, *day)).collect();
        assert_eq!(found, expected, "{example:?}");
        dates += found.len();
    }
    assert!(dates > 2_000, "{dates}");
}

#[test]
fn a_search_that_begins_anywhere_finds_what_one_from_the_start_does() {
    let mut numbers = Numbers(6);
    for _ in 0..100 {
        let example = example(&mut numbers);
        let Ok(rule) = RecurrenceRule::parse(&example.rule) else {
            continue;
        };
        let schedule = rule.parts().unwrap().from(example.start);
        let after = (example.start + Days::new(numbers.between(0, 1000) as u64)).and_utc();
        let first = schedule.first_after(&utc(), example.start.and_utc());
        let along = std::iter::successors(first, |(time, _)| schedule.first_after(&utc(), *time))
            .find(|(time, _)| *time > after);
        assert_eq!(
            schedule.first_after(&utc(), after),
            along,
            "{example:?} {after}"
        );
    }
}

#[test]
fn no_text_makes_it_panic() {
    let mut numbers = Numbers(7);
    let words = [
        "FREQ=DAILY",
        "FREQ=YEARLY",
        ";",
        "BYDAY=",
        "MO",
        ",",
        "-1",
        "0",
        "99999999999",
        "UNTIL=",
        "2031",
        "0131",
        "T",
        "090000",
        "Z",
        "RRULE:",
        "=",
        "\u{e9}",
        "\0",
        "COUNT=1",
        "INTERVAL=999",
        "BYSETPOS=-366",
        "WKST=",
    ];
    for _ in 0..20_000 {
        let text: String = (0..numbers.between(0, 12))
            .map(|_| numbers.pick(&words))
            .collect();
        let _ = RecurrenceRule::parse(&text);
        if let Some(parts) = RecurrenceRule::trusted(text).parts() {
            for start in [NaiveDateTime::MIN, NaiveDateTime::MAX] {
                let schedule = parts.clone().from(start);
                for after in [NaiveDateTime::MIN, NaiveDateTime::MAX] {
                    let _ = schedule.first_after(&utc(), after.and_utc());
                }
            }
        }
    }
}
