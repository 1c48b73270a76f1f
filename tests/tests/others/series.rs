//! The dates of 10,000 random series are those that python-dateutil and Python's time zones work out: dev/checks/series.py.

use chrono::{DateTime, Days, NaiveDate, NaiveDateTime, TimeDelta, Utc};
use domain::{Task, Time, UserId, recurrence, time};
use e2e::Random;
use serde_json::{Value, json};
use uuid::Uuid;

use crate::shared::{checks, run, told};

const SERIES: u64 = 10_000;

/// How many occurrences of each.
const STEPS: u64 = 8;

pub(crate) const DAY: u64 = 24 * 60 * 60;

/// Among them those with a gap at midnight, of half an hour, of two hours or of a whole day, with summer time in the south,
/// and with winter time as the exception.
pub(crate) const ZONES: [&str; 24] = [
    "UTC",
    "Europe/Berlin",
    "Europe/London",
    "Europe/Dublin",
    "Europe/Moscow",
    "America/New_York",
    "America/Los_Angeles",
    "America/St_Johns",
    "America/Sao_Paulo",
    "America/Havana",
    "America/Nuuk",
    "Africa/Cairo",
    "Africa/Casablanca",
    "Antarctica/Troll",
    "Asia/Beirut",
    "Asia/Gaza",
    "Asia/Kathmandu",
    "Asia/Kolkata",
    "Asia/Tehran",
    "Asia/Tokyo",
    "Australia/Lord_Howe",
    "Australia/Sydney",
    "Pacific/Apia",
    "Pacific/Kiritimati",
];

/// A choice of the list.
pub(crate) fn one<T: Copy>(random: &mut Random, of: &[T]) -> T {
    of[random.below(of.len() as u64) as usize]
}

/// True once in `times`.
pub(crate) fn once_in(random: &mut Random, times: u64) -> bool {
    random.below(times) == 0
}

/// A due date in these years, often on a last day of a month and in an hour in which clocks are changed.
pub(crate) fn due(random: &mut Random) -> NaiveDateTime {
    let (first, years) = one(random, &[(1970, 60), (2005, 30), (2030, 200)]);
    let year = first + random.below(years) as i32;
    let month = one(
        random,
        &[1, 1, 2, 2, 3, 3, 4, 5, 6, 7, 8, 9, 10, 10, 11, 12],
    );
    let day = random.below(31);
    let first = NaiveDate::from_ymd_opt(year, month, 1).unwrap();
    let date = match random.below(3) {
        0 => NaiveDate::from_ymd_opt(year, month + 1, 1)
            .map_or(first, |next| next - Days::new(1 + day % 3)),
        _ => first + Days::new(day),
    };
    let hour = one(random, &[0, 0, 1, 2, 2, 2, 3, 9, 12, 23]);
    date.and_hms_opt(hour, random.below(60) as u32, random.below(60) as u32)
        .unwrap()
}

/// How many seconds after its due date each of `steps` occurrences is completed: before it, soon, within `days`, or on time.
pub(crate) fn delays(random: &mut Random, steps: u64, days: u64) -> Vec<i64> {
    let one = |_| match random.below(4) {
        0 => -(random.below(40 * DAY) as i64),
        1 => random.below(2 * DAY) as i64,
        2 => random.below(days * DAY) as i64,
        _ => 0,
    };
    (0..steps).map(one).collect()
}

/// A series as the body of a request, and how many seconds after its due date each occurrence is completed.
fn series(random: &mut Random) -> Value {
    let local = due(random);
    let interval = one(random, &["daily", "weekly", "monthly", "monthly", "yearly"]);
    let every = if once_in(random, 2) {
        1
    } else {
        1 + random.below(20)
    };
    let span = local + TimeDelta::days(2 + random.below(3000) as i64);
    let delays = delays(random, STEPS, 400);
    json!({
        "interval": interval,
        "every": every,
        "zone": one(random, &ZONES),
        "policy": one(random, &["each", "skip_missed", "from_completion"]),
        // As a time of the zone, or as an instant.
        "due": local.format(one(random, &["%Y-%m-%dT%H:%M:%S", "%Y-%m-%dT%H:%M:%SZ"])).to_string(),
        "until": once_in(random, 4).then(|| span.format("%Y-%m-%dT%H:%M:%SZ").to_string()),
        "count": once_in(random, 8).then(|| 1 + random.below(2 * STEPS)),
        "delays": delays,
    })
}

/// The task that a client makes with the series.
fn task(series: &Value) -> Task {
    let body = json!({
        "title": "x",
        "is_recurring": true,
        "recurring_interval": series["interval"],
        "recurring_every": series["every"],
        "recurrence_policy": series["policy"],
        "recurring_until": series["until"],
        "recurring_count": series["count"],
        "due_date": series["due"],
        "time_zone": series["zone"],
    });
    let user = UserId::parse("ada").unwrap();
    let task = Task::create(body.as_object().unwrap(), user, Uuid::from_u128(1), now());
    task.unwrap_or_else(|errors| panic!("{errors:?}\n{series}"))
}

fn now() -> Time {
    DateTime::<Utc>::UNIX_EPOCH
}

/// The due dates of the next occurrences, each made from the one before it when that is completed.
fn following(series: &Value) -> Vec<String> {
    let delays = series["delays"].as_array().unwrap();
    let mut task = task(series);
    let mut dates = Vec::new();
    for delay in delays {
        let completed_at = task.due_date.unwrap() + TimeDelta::seconds(delay.as_i64().unwrap());
        let Some(next) = recurrence::next_instance(&task, completed_at, Uuid::from_u128(2), now())
        else {
            break;
        };
        dates.push(time::format(next.due_date.unwrap()));
        task = next;
    }
    dates
}

#[test]
fn the_dates_of_ten_thousand_series_are_those_of_dateutil() {
    let mut random = Random::new(31);
    let all: Vec<Value> = (0..SERIES).map(|_| series(&mut random)).collect();
    let lines: Vec<String> = all.iter().map(Value::to_string).collect();
    let output = run(checks().python().args(["-m", "series"]), &lines.join("\n"));
    assert!(output.status.success(), "{}", told(&output));
    let answers = String::from_utf8(output.stdout).unwrap();
    let answers: Vec<Vec<String>> = answers
        .lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect();
    assert_eq!(answers.len(), all.len());
    let mut dates = 0;
    for (series, theirs) in all.iter().zip(answers) {
        assert_eq!(
            following(series),
            theirs,
            "ours, and dateutil's, of {series}"
        );
        dates += theirs.len();
    }
    println!("{dates} dates");
    assert!(dates > 50_000, "{dates}: too many series end at once");
}
