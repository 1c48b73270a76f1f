//! The dates of 20,000 random recurrence rules are those that python-dateutil and Python's time zones work out:
//! dev/checks/rules.py.

mod random;

use std::thread;

use chrono::{DateTime, TimeDelta, Utc};
use domain::{FieldErrors, Task, UserId, recurrence, time};
use e2e::Random;
use serde_json::{Value, json};
use uuid::Uuid;

use crate::shared::{checks, run, told};

const RULES: usize = 20_000;

/// The task that a client makes with the series.
fn task(series: &Value) -> Result<Task, FieldErrors> {
    let body = json!({
        "title": "x",
        "is_recurring": true,
        "recurrence_rule": series["rule"],
        "recurrence_policy": series["policy"],
        "due_date": series["due"],
        "time_zone": series["zone"],
    });
    let user = UserId::parse("ada").unwrap();
    let now = DateTime::<Utc>::UNIX_EPOCH;
    Task::create(body.as_object().unwrap(), user, Uuid::from_u128(1), now)
}

/// The due dates of the next occurrences, each made from the one before it when that is completed. None for a rule that is
/// refused because it has no date.
fn following(series: &Value) -> Vec<String> {
    let Ok(mut task) = task(series) else {
        return Vec::new();
    };
    let mut dates = Vec::new();
    for delay in series["delays"].as_array().unwrap() {
        let completed_at = task.due_date.unwrap() + TimeDelta::seconds(delay.as_i64().unwrap());
        let Some(next) =
            recurrence::next_instance(&task, completed_at, Uuid::from_u128(2), completed_at)
        else {
            break;
        };
        dates.push(time::format(next.due_date.unwrap()));
        task = next;
    }
    dates
}

/// That dateutil has the same dates; how many there are.
fn assert_same(all: &[Value]) -> usize {
    let lines: Vec<String> = all.iter().map(Value::to_string).collect();
    // Both at once.
    let (ours, output) = thread::scope(|scope| {
        let ours = scope.spawn(|| all.iter().map(following).collect::<Vec<_>>());
        let output = run(checks().python().args(["-m", "rules"]), &lines.join("\n"));
        (ours.join().unwrap(), output)
    });
    assert!(output.status.success(), "{}", told(&output));
    let answers = String::from_utf8(output.stdout).unwrap();
    let theirs: Vec<Vec<String>> = answers
        .lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect();
    assert_eq!(theirs.len(), all.len());
    for ((series, ours), theirs) in all.iter().zip(&ours).zip(&theirs) {
        assert_eq!(ours, theirs, "ours, and dateutil's, of {series}");
    }
    theirs.iter().map(Vec::len).sum()
}

/// What is wrong with a rule that has no date; nothing else may be.
fn refused(errors: &FieldErrors) -> bool {
    let [error] = &errors.0[..] else {
        return false;
    };
    error.field == "recurrence_rule" && error.message.contains("no date")
}

#[test]
fn the_dates_of_twenty_thousand_rules_are_those_of_dateutil() {
    let mut random = Random::new(5545);
    let (mut all, mut without_dates) = (Vec::new(), Vec::new());
    while all.len() < RULES {
        let series = random::series(&mut random);
        match task(&series) {
            Ok(_) => all.push(series),
            Err(errors) => {
                assert!(refused(&errors), "{errors:?} {series}");
                without_dates.push(series);
            }
        }
    }
    let dates = assert_same(&all);
    println!("{dates} dates, {} rules without any", without_dates.len());
    assert!(dates > 60_000, "{dates}: too many series end at once");
    // To say so, dateutil looks at every period up to the year 9999.
    let quick = |series: &Value| series["rule"].as_str().unwrap().contains("YEARLY");
    without_dates.retain(quick);
    without_dates.truncate(5);
    assert_eq!((without_dates.len(), assert_same(&without_dates)), (5, 0));
}
