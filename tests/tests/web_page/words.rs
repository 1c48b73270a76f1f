//! The pure functions of the page's modules, run in the browser.

use std::sync::{Mutex, OnceLock};

use e2e::Browser;
use serde_json::{Value, json};

use crate::host;

/// What a function of a module returns. One browser for all of them.
#[track_caller]
fn result(module: &str, call: &str) -> Value {
    static BROWSER: OnceLock<Mutex<Browser>> = OnceLock::new();
    let browser = BROWSER.get_or_init(|| {
        let browser = Browser::start(host().client().base());
        browser.open("/");
        Mutex::new(browser)
    });
    let browser = browser
        .lock()
        .unwrap_or_else(|poisoned| poisoned.into_inner());
    browser.eval(&format!(
        "const m = await import('/console/{module}.js'); return ({call});"
    ))
}

#[track_caller]
pub(crate) fn assert_all(module: &str, cases: &[(String, Value)]) {
    for (call, expected) in cases {
        assert_eq!(result(module, call), *expected, "{call}");
    }
}

/// A recurring task with these fields in place of the usual ones.
fn recurring(more: Value) -> Value {
    let mut task = json!({"is_recurring": true, "recurring_interval": "monthly", "recurring_every": 1, "recurrence_policy": "each",
        "recurring_until": null, "recurring_count": null, "occurrence": 1, "time_zone": "UTC", "due_date": "2031-01-31T09:00:00Z"});
    task.as_object_mut()
        .unwrap()
        .extend(more.as_object().unwrap().clone());
    task
}

#[test]
fn recurrences_are_told_in_words() {
    let cases = [
        (json!({}), json!([]), "every month on the 31st"),
        // A short month does not hide the original day.
        (
            json!({"due_date": "2031-02-28T09:00:00Z"}),
            json!(["2031-03-31T09:00:00Z", "2031-04-30T09:00:00Z"]),
            "every month on the 31st",
        ),
        (
            json!({"due_date": "2031-02-28T09:00:00Z"}),
            json!([]),
            "every month on the 28th",
        ),
        (
            json!({"recurring_interval": "yearly", "due_date": "2031-02-28T09:00:00Z"}),
            json!(["2032-02-29T09:00:00Z"]),
            "every year on 29 February",
        ),
        (
            json!({"recurring_interval": "weekly"}),
            json!([]),
            "every week on Friday",
        ),
        (
            json!({"recurring_interval": "weekly", "recurring_every": 2}),
            json!([]),
            "every 2 weeks on Friday",
        ),
        (
            json!({"recurring_interval": "daily", "recurring_every": 3}),
            json!([]),
            "every 3 days",
        ),
        (json!({"due_date": null}), json!([]), "every month"),
        // In the zone of the series it is the day after.
        (
            json!({"recurring_interval": "weekly", "time_zone": "Asia/Tokyo", "due_date": "2031-01-31T18:00:00Z"}),
            json!([]),
            "every week on Saturday",
        ),
        (
            json!({"recurring_count": 5, "occurrence": 2}),
            json!([]),
            "every month on the 31st, 2 of 5",
        ),
        (
            json!({"recurring_until": "2031-12-31T00:00:00Z"}),
            json!([]),
            "every month on the 31st, until 31 Dec 2031",
        ),
        (
            json!({"recurrence_policy": "from_completion"}),
            json!([]),
            "a month after it is done",
        ),
        (
            json!({"recurrence_policy": "from_completion", "recurring_interval": "daily", "recurring_every": 3}),
            json!([]),
            "3 days after it is done",
        ),
        (json!({"is_recurring": false}), json!([]), ""),
    ];
    let cases: Vec<(String, Value)> = cases
        .into_iter()
        .map(|(more, next, words)| {
            (
                format!("m.repeatWords({}, {next})", recurring(more)),
                json!(words),
            )
        })
        .collect();
    assert_all("words", &cases);
}

#[test]
fn times_are_told_in_words() {
    let now = "2026-11-25T12:00:00Z";
    let mut cases = Vec::new();
    for (time, zone, words) in [
        ("2026-11-25T23:30:00Z", "UTC", "today 23:30"),
        ("2026-11-25T23:30:00Z", "Europe/Berlin", "tomorrow 00:30"),
        ("2026-11-24T09:00:00Z", "UTC", "yesterday 09:00"),
        ("2026-11-20T09:00:00Z", "UTC", "Fri 20 Nov 09:00"),
        ("2027-01-02T09:00:00Z", "UTC", "Sat 2 Jan 09:00"),
        ("2031-01-31T09:00:00Z", "UTC", "31 Jan 2031 09:00"),
    ] {
        cases.push((
            format!("m.whenWords('{time}', '{zone}', '{now}')"),
            json!(words),
        ));
    }
    for (time, words) in [
        ("2026-11-25T11:59:30Z", "just now"),
        ("2026-11-25T11:58:30Z", "1 minute ago"),
        ("2026-11-25T09:00:00Z", "3 hours ago"),
        ("2026-11-23T12:00:00Z", "2 days ago"),
        ("2026-10-01T12:00:00Z", "on 1 Oct 2026"),
    ] {
        cases.push((format!("m.ago('{time}', 'UTC', '{now}')"), json!(words)));
    }
    for (minutes, words) in [
        ("null", "no reminder"),
        ("0", "when it is due"),
        ("45", "45 minutes before"),
        ("60", "1 hour before"),
        ("2880", "2 days before"),
    ] {
        cases.push((format!("m.remindWords({minutes})"), json!(words)));
    }
    for (number, words) in [
        (1, "1st"),
        (2, "2nd"),
        (3, "3rd"),
        (11, "11th"),
        (12, "12th"),
        (22, "22nd"),
        (31, "31st"),
    ] {
        cases.push((format!("m.ordinal({number})"), json!(words)));
    }
    cases.push((
        "m.wallTime('2031-03-30T01:00:00Z', 'Europe/Berlin')".to_owned(),
        json!("2031-03-30T03:00"),
    ));
    assert_all("words", &cases);
}
