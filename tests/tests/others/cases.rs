//! Schemathesis makes thousands of calls of the contract, good ones and bad ones, alone and in sequences, and finds no answer
//! that the contract does not allow. How it goes about it is in dev/checks/schemathesis.toml and its hooks.

use std::time::Duration;

use chrono::{TimeDelta, Utc};
use e2e::{Client, Event, SOON, api_time, eventually, root};
use serde_json::{Value, json};
use stack::Process;

use crate::shared::{APP_TOKEN, OPS_TOKEN, USER, checks, host, new_task, token};

/// Several times as long as it takes.
const LIMIT: Duration = Duration::from_secs(400);

const CASES: u64 = 2_000;

fn deliver(client: &Client, path: &str, body: &Value) {
    let call = client
        .call("POST", path)
        .header("dapr-api-token", APP_TOKEN);
    call.json(body).send().expect(200);
}

/// Waits until the list has something.
fn wait_for(client: &Client, list: &str, token: &str) {
    eventually(SOON, list, || {
        let call = client
            .call("GET", list)
            .header("authorization", &format!("Bearer {token}"));
        let items = call.send().expect(200).json()["items"].take();
        (items != json!([])).then_some(())
    });
}

/// What no call of the contract makes, but some are about: a notification and a dead letter.
fn prepare(client: &Client, token: &str) {
    let due = api_time(Utc::now() + TimeDelta::hours(1));
    let task = new_task(client, token, &json!({"title": "x", "due_date": due}));
    deliver(
        client,
        "/api/events/dead-letter",
        &Event::of("task.created", &task).json,
    );
    let reminder = Event::of("reminder.triggered", &task)
        .with_data("remind_at", task["remind_at"].clone())
        .with_data("task_title", json!("x"))
        .with_data("due_date", task["due_date"].clone());
    deliver(client, "/api/events/reminders/triggered", &reminder.json);
    wait_for(client, &format!("/api/{USER}/notifications"), token);
    wait_for(client, "/ops/dead-letters", OPS_TOKEN);
}

/// The number before `word` in a line that begins with `start`.
fn number(report: &str, start: &str, word: &str) -> u64 {
    let lines = report
        .lines()
        .map(str::trim)
        .filter(|line| line.starts_with(start));
    let words: Vec<&str> = lines.flat_map(str::split_whitespace).collect();
    let place = words
        .iter()
        .position(|one| one.trim_end_matches(',') == word);
    let number = place.and_then(|place| words.get(place - 1)?.parse().ok());
    number.unwrap_or_else(|| panic!("no {word} in\n{report}"))
}

#[test]
fn schemathesis_finds_no_failure_in_thousands_of_cases() {
    let host = host("cases");
    let (client, token) = (host.client(), token());
    prepare(&client, &token);
    let seed = std::env::var("TODO_SEED").unwrap_or_else(|_| "1".to_owned());
    let folder = tempfile::tempdir().unwrap();
    let mut schemathesis = checks().python();
    schemathesis
        .current_dir(folder.path())
        .args(["-m", "schemathesis.cli", "--config-file"])
        .arg(root().join("dev/checks/schemathesis.toml"))
        .args([
            "run",
            "--checks",
            "all",
            &format!("{}/openapi.json", client.base()),
        ])
        .args(["--seed", &seed])
        .env("TODO_USER", USER)
        .env("TODO_USER_TOKEN", &token)
        .env("TODO_OPS_TOKEN", OPS_TOKEN);
    let log = folder.path().join("report.txt");
    let mut process = Process::spawn("schemathesis", schemathesis, &log).unwrap();
    let status = process.wait(LIMIT, stack::NEVER).unwrap();
    let report = std::fs::read_to_string(&log).unwrap();
    assert!(
        status.is_some_and(|status| status.success()),
        "{status:?}\n{report}"
    );
    let cases = report.split("Test cases:").nth(1).unwrap_or_default();
    let made = number(cases, "", "generated");
    assert!(made >= CASES, "{made} cases\n{report}");
    let link = |word| number(&report, "API Links:", word);
    assert_eq!(
        link("covered"),
        link("selected"),
        "a link was never followed\n{report}"
    );
    println!("{made} cases, each of {} links followed", link("selected"));
}
