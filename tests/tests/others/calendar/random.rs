//! Random tasks for a calendar: texts with all that the format gives a meaning, and due dates in nights in which clocks are changed.

use chrono::{NaiveDate, TimeDelta};
use e2e::Random;
use serde_json::{Value, json};

use crate::series::{ZONES, due, once_in, one};

const PIECES: [&str; 22] = [
    ",",
    ";",
    "\\",
    "\\n",
    "\\,",
    ":",
    "\"",
    "'",
    "=",
    "^n",
    "%2C",
    " ",
    "  ",
    "🌱",
    "👩‍👩‍👧",
    "é",
    "漢字",
    "x",
    "BEGIN:VEVENT",
    "END",
    "\u{2028}",
    "a rather long piece without anything that has to be escaped",
];

/// A text of up to so many pieces and `max` characters.
fn text(random: &mut Random, pieces: u64, max: usize, more: &[&str]) -> String {
    let all: Vec<&str> = PIECES.iter().chain(more).copied().collect();
    let text = (0..=random.below(pieces))
        .map(|_| one(random, &all))
        .collect::<String>();
    text.chars().take(max).collect()
}

/// A due date in these years, in the nights in which clocks are changed more often than not; as a time of the zone or an instant.
fn soon(random: &mut Random, years: (i32, u64)) -> String {
    let year = years.0 + random.below(years.1) as i32;
    let (month, day) = one(
        random,
        &[
            (1, 15),
            (3, 8),
            (3, 29),
            (4, 5),
            (7, 1),
            (10, 4),
            (10, 25),
            (11, 1),
        ],
    );
    let date = NaiveDate::from_ymd_opt(year, month, day).unwrap()
        + TimeDelta::days(random.below(7) as i64 - 3);
    let hour = one(random, &[0, 1, 1, 2, 2, 3, 6, 9, 16, 23]);
    let time = date.and_hms_opt(hour, random.below(60) as u32, 0).unwrap();
    time.format(one(random, &["%Y-%m-%dT%H:%M:%S", "%Y-%m-%dT%H:%M:%SZ"]))
        .to_string()
}

fn fields(random: &mut Random) -> Value {
    let tags: Vec<String> = (0..random.below(4))
        .map(|n| format!("{n}{}", text(random, 3, 40, &[])))
        .collect();
    let description = once_in(random, 2).then(|| text(random, 200, 4000, &["\n", "\r\n", "\t"]));
    json!({
        "title": format!("t{}", text(random, 20, 198, &[])),
        "description": description,
        "priority": one(random, &["low", "medium", "high"]),
        "tags": tags,
        "time_zone": one(random, &ZONES),
        "remind_before_minutes": once_in(random, 2).then(|| random.below(3000)),
    })
}

/// The object with these fields too.
pub(crate) fn with(mut task: Value, more: Value) -> Value {
    task.as_object_mut()
        .unwrap()
        .extend(more.as_object().unwrap().clone());
    task
}

/// A task that does not recur.
pub(crate) fn single(random: &mut Random) -> Value {
    let due = match random.below(10) {
        0 => Value::Null,
        1 | 2 => json!(due(random).format("%Y-%m-%dT%H:%M:%S").to_string()),
        _ => json!(soon(random, (2024, 6))),
    };
    with(fields(random), json!({ "due_date": due }))
}

/// A series whose next dates do not depend on what time it is now.
pub(crate) fn recurring(random: &mut Random) -> Value {
    let more = if once_in(random, 2) {
        json!({"recurring_interval": one(random, &["daily", "weekly", "monthly"]), "recurring_every": 1 + random.below(3),
               "recurring_count": once_in(random, 4).then(|| 1 + random.below(30))})
    } else {
        json!({"recurrence_rule": one(random, &["FREQ=DAILY", "FREQ=WEEKLY;BYDAY=SU,MO", "FREQ=MONTHLY;BYDAY=-1SU",
               "FREQ=DAILY;COUNT=9", "FREQ=DAILY;INTERVAL=2;UNTIL=20270101T000000Z"])})
    };
    let due = soon(random, (2026, 1));
    with(
        with(fields(random), more),
        json!({"due_date": due, "is_recurring": true, "recurrence_policy": "each"}),
    )
}
