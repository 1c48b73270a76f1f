//! Random recurrence rules. Rare dates are left out: dateutil looks for them day by day.

use chrono::{NaiveDateTime, TimeDelta};
use e2e::Random;
use serde_json::{Value, json};

use crate::series::{ZONES, delays, due, once_in, one};

/// How many occurrences of each.
const STEPS: u64 = 4;

const WEEKDAYS: [&str; 7] = ["MO", "TU", "WE", "TH", "FR", "SA", "SU"];

/// `from` to `most` items, each once.
fn some<T: PartialEq + ToString>(
    random: &mut Random,
    from: u64,
    most: u64,
    item: impl Fn(&mut Random) -> T,
) -> String {
    let mut items: Vec<T> = Vec::new();
    for _ in 0..from + random.below(most - from + 1) {
        let item = item(random);
        if !items.contains(&item) {
            items.push(item);
        }
    }
    let texts: Vec<String> = items.iter().map(T::to_string).collect();
    texts.join(",")
}

fn weekdays(random: &mut Random, from: u64, most: u64) -> String {
    some(random, from, most, |random| one(random, &WEEKDAYS))
}

/// Up to `most`, from the start or from the end.
fn number(random: &mut Random, most: u64) -> i64 {
    let number = 1 + random.below(most) as i64;
    if once_in(random, 3) { -number } else { number }
}

/// Such as -1FR. dateutil has no dates for a list of weekdays of which only some have numbers.
fn numbered_days(random: &mut Random, most: u64) -> String {
    some(random, 1, 3, |random| {
        let nth = if once_in(random, 2) {
            number(random, most)
        } else {
            number(random, 2)
        };
        format!("{nth}{}", one(random, &WEEKDAYS))
    })
}

fn month_days(random: &mut Random, from: u64, most: u64) -> String {
    some(random, from, most, |random| {
        if once_in(random, 3) {
            one(random, &[29, 30, 31, -1, -2])
        } else {
            number(random, 31)
        }
    })
}

fn months(random: &mut Random, from: u64) -> String {
    some(random, from, 6, |random| 1 + random.below(12))
}

/// The parts that say which days of a period there are.
fn days(random: &mut Random, frequency: &str) -> Vec<(&'static str, String)> {
    let mut parts = Vec::new();
    let mut add = |name, value| parts.push((name, value));
    let kind = random.below(6);
    match (frequency, kind) {
        ("DAILY", 0) => add("BYDAY", weekdays(random, 1, 5)),
        ("DAILY", 1) => add("BYMONTHDAY", month_days(random, 5, 12)),
        ("WEEKLY", 0..4) => add("BYDAY", weekdays(random, 1, 5)),
        ("WEEKLY", 4) => {
            add("BYDAY", weekdays(random, 3, 6));
            add("BYSETPOS", some(random, 1, 2, |random| number(random, 2)));
        }
        ("MONTHLY" | "YEARLY", 0) => add("BYMONTHDAY", month_days(random, 1, 5)),
        ("MONTHLY", 1) => add("BYDAY", numbered_days(random, 5)),
        ("YEARLY", 1) => add("BYDAY", numbered_days(random, 53)),
        ("YEARLY", 2) => {
            add("BYMONTH", months(random, 1));
            add("BYDAY", numbered_days(random, 5));
        }
        ("MONTHLY" | "YEARLY", 3) => {
            add("BYDAY", weekdays(random, 2, 5));
            let most = if frequency == "YEARLY" { 60 } else { 8 };
            add(
                "BYSETPOS",
                some(random, 1, 3, |random| number(random, most)),
            );
        }
        ("MONTHLY" | "YEARLY", 4) => {
            add("BYDAY", weekdays(random, 2, 5));
            add("BYMONTHDAY", month_days(random, 3, 8));
        }
        _ => {}
    }
    // With months, numbers count within each of them, and the year's would be too high.
    let in_year = frequency == "YEARLY" && [1, 2].contains(&kind);
    if once_in(random, 5) && !in_year {
        parts.push(("BYMONTH", months(random, 2)));
    }
    parts
}

fn rule(random: &mut Random, due: NaiveDateTime) -> String {
    let frequency = one(random, &["DAILY", "WEEKLY", "MONTHLY", "MONTHLY", "YEARLY"]);
    let mut rule = format!("FREQ={frequency}");
    let mut add = |name: &str, value: &str| rule += &format!(";{name}={value}");
    if once_in(random, 2) {
        add("INTERVAL", &(1 + random.below(12)).to_string());
    }
    for (name, value) in days(random, frequency) {
        add(name, &value);
    }
    if once_in(random, 3) {
        add("WKST", one(random, &WEEKDAYS));
    }
    match random.below(12) {
        0 => add("COUNT", &(1 + random.below(2 * STEPS)).to_string()),
        1..4 => {
            let until = due + TimeDelta::days(2 + random.below(1500) as i64);
            let form = one(random, &["%Y%m%d", "%Y%m%dT%H%M%S", "%Y%m%dT%H%M%SZ"]);
            add("UNTIL", &until.format(form).to_string());
        }
        _ => {}
    }
    rule
}

/// A series, and how many seconds after its due date each occurrence is completed.
pub(super) fn series(random: &mut Random) -> Value {
    let local = due(random);
    let delays = delays(random, STEPS, 200);
    json!({
        "rule": rule(random, local),
        "zone": one(random, &ZONES),
        "policy": one(random, &["each", "each", "skip_missed", "from_completion"]),
        // As a time of the zone, or as an instant.
        "due": local.format(one(random, &["%Y-%m-%dT%H:%M:%S", "%Y-%m-%dT%H:%M:%SZ"])).to_string(),
        "delays": delays,
    })
}
