//! A calendar is read back by other programs, icalendar and recurring-ical-events for Python (dev/checks/calendars.py): every text
//! and time is what the API says of the task, and the events are the occurrences that the API works out.

mod random;

use std::collections::BTreeMap;

use chrono::{DateTime, SubsecRound, TimeDelta, Utc};
use e2e::{LocalHost, Random, User, id_of};
use serde_json::{Value, json};

use crate::shared::{checks, run, told};
use random::{recurring, single, with};

const SINGLE: usize = 500;
const RECURRING: usize = 25;

/// How long an event is, in minutes.
const LENGTH: i64 = 30;

fn created(user: &User) -> Vec<Value> {
    let mut random = Random::new(7986);
    let mut tasks: Vec<Value> = (0..SINGLE).map(|_| single(&mut random)).collect();
    tasks.extend((0..RECURRING).map(|_| recurring(&mut random)));
    for tasks in tasks.chunks(100) {
        let operations: Vec<Value> = tasks
            .iter()
            .map(|task| json!({"op": "create", "task": task}))
            .collect();
        let answer = user
            .call("POST", "/batch")
            .json(&json!({"operations": operations}))
            .send()
            .expect(200)
            .json();
        let results = answer["items"].as_array().unwrap();
        assert!(
            results.iter().all(|result| result["status"] == 201),
            "{answer}"
        );
    }
    let listed = user.all_items("/tasks?status=all&limit=200");
    for task in listed
        .iter()
        .step_by(9)
        .filter(|task| task["is_recurring"] == false)
    {
        user.complete(id_of(task));
    }
    user.all_items("/tasks?status=all&limit=200")
}

/// A time of the API, without parts of a second.
fn seconds(time: &Value) -> Value {
    let Some(time) = time.as_str() else {
        return Value::Null;
    };
    let time: DateTime<Utc> = time.parse().unwrap();
    json!(
        time.trunc_subsecs(0)
            .format("%Y-%m-%dT%H:%M:%SZ")
            .to_string()
    )
}

/// What both kinds of component say of a task.
fn common(task: &Value, uid: &str, due: &Value) -> Value {
    let description = task["description"].as_str();
    json!({
        "uid": uid,
        "summary": task["title"],
        "description": description.map(|text| text.replace("\r\n", "\n").replace('\r', "\n")),
        "categories": task["tags"],
        "priority": match task["priority"].as_str() { Some("high") => 1, Some("medium") => 5, _ => 9 },
        "due": seconds(due),
        "created": seconds(&task["created_at"]),
        "changed": seconds(&task["updated_at"]),
    })
}

fn todo(task: &Value) -> Value {
    let open = task["completed"] == false;
    let alarm = &task["remind_before_minutes"];
    let alarms = [alarm]
        .into_iter()
        .filter(|alarm| open && alarm.is_u64() && task["due_date"].is_string());
    with(
        common(task, id_of(task), &task["due_date"]),
        json!({
            "status": if open { "NEEDS-ACTION" } else { "COMPLETED" },
            "sequence": task["version"].as_u64().unwrap() - 1,
            "completed": seconds(&task["completed_at"]),
            "alarms": alarms.collect::<Vec<_>>(),
        }),
    )
}

/// The task itself, and the occurrences that the API says are next, within so many days.
fn events(user: &User, task: &Value, until: DateTime<Utc>) -> Vec<Value> {
    if task["completed"] == true || task["due_date"].is_null() {
        return Vec::new();
    }
    let next = format!("/{}/occurrences?limit=100", id_of(task));
    let next = user.call("GET", &next).send().expect(200).json()["items"].take();
    let next: Vec<Value> = serde_json::from_value(next).unwrap();
    let within = |due: &Value| due.as_str().unwrap().parse::<DateTime<Utc>>().unwrap() < until;
    let dues = [task["due_date"].clone()]
        .into_iter()
        .chain(next.into_iter().filter(within));
    let event = |(n, due): (usize, Value)| {
        let uid = format!("{}-{}", id_of(task), n + 1);
        with(
            common(task, &uid, &due),
            json!({"status": null, "sequence": null, "completed": null, "alarms": []}),
        )
    };
    dues.enumerate().map(event).collect()
}

fn by_uid(components: &[Value]) -> BTreeMap<&str, &Value> {
    let all: BTreeMap<_, _> = components
        .iter()
        .map(|one| (one["uid"].as_str().unwrap(), one))
        .collect();
    assert_eq!(all.len(), components.len(), "a UID is there twice");
    all
}

fn assert_same(what: &str, read: &Value, expected: &[Value]) {
    let read = read.as_array().unwrap();
    let (read, expected) = (by_uid(read), by_uid(expected));
    for (uid, one) in &expected {
        assert_eq!(
            read.get(uid),
            Some(one),
            "left what is read of {what}, right what the API says"
        );
    }
    assert_eq!(read.len(), expected.len(), "{what}");
}

/// The start and UID of each event that is not over before the span and begins within it.
fn within(events: &[Value], [start, end]: [DateTime<Utc>; 2]) -> Value {
    let is_within = |event: &&Value| {
        let due: DateTime<Utc> = event["due"].as_str().unwrap().parse().unwrap();
        due < end && due + TimeDelta::minutes(LENGTH) > start
    };
    let mut found: Vec<Value> = events
        .iter()
        .filter(is_within)
        .map(|event| json!([event["due"], event["uid"]]))
        .collect();
    found.sort_by_key(Value::to_string);
    json!(found)
}

#[test]
fn other_programs_read_in_a_calendar_what_the_api_says() {
    let host = LocalHost::start("calendar");
    let user = User::new(host.client());
    let tasks = created(&user);
    let url = user.new_calendar();
    let until = Utc::now()
        .date_naive()
        .and_hms_opt(0, 0, 0)
        .unwrap()
        .and_utc()
        + TimeDelta::days(90);
    let calendar = user.client.get(&url).expect(200).text();
    let events: Vec<Value> = tasks
        .iter()
        .flat_map(|task| events(&user, task, until))
        .collect();
    let todos: Vec<Value> = tasks.iter().map(todo).collect();
    let mut random = Random::new(1);
    let mut spans =
        vec![["1960-01-01T00:00:00Z", "2300-01-01T00:00:00Z"].map(|time| time.parse().unwrap())];
    spans.extend((0..20).map(|_| {
        let start: DateTime<Utc> = "2024-01-01T00:00:00Z".parse().unwrap();
        let start = start + TimeDelta::minutes(random.below(6 * 366 * 24 * 60) as i64);
        [
            start,
            start + TimeDelta::minutes(random.below(60 * 24 * 60) as i64),
        ]
    }));
    let texts = spans.iter().map(|span| span.map(|time| time.to_rfc3339()));
    let texts: Vec<[String; 2]> = texts.collect();
    let asked = json!({"calendar": calendar, "spans": texts});
    let output = run(
        checks().python().args(["-m", "calendars"]),
        &asked.to_string(),
    );
    assert!(output.status.success(), "{}", told(&output));
    let read: Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(read["wrong"], json!([]));
    assert_same("the tasks", &read["todos"], &todos);
    assert_same("the events", &read["events"], &events);
    for (span, found) in spans.iter().zip(read["spans"].as_array().unwrap()) {
        assert_eq!(*found, within(&events, *span), "{span:?}");
    }
    println!(
        "{} tasks, {} events, {} bytes",
        todos.len(),
        events.len(),
        calendar.len()
    );
    assert!(
        events.len() > SINGLE + 10 * RECURRING && events.len() < 2000,
        "{}",
        events.len()
    );
}
