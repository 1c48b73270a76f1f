//! docs/events.md stays true: its examples are compared with events that this test makes over HTTP. With `TODO_BLESS=1` they
//! are written anew.

use std::collections::BTreeSet;
use std::path::PathBuf;
use std::{env, fs};

use chrono::{DateTime, TimeDelta, Utc};
use e2e::{SOON, User, id_of, root, user};
use serde_json::{Map, Value, json};

/// The user of the examples.
const ALICE: &str = "alice";

/// The attributes of the envelope, in the order in which they are sent.
const ATTRIBUTES: [&str; 10] = [
    "specversion",
    "id",
    "type",
    "source",
    "subject",
    "time",
    "datacontenttype",
    "partitionkey",
    "traceparent",
    "data",
];

const TYPES: [&str; 6] = [
    "task.created",
    "task.updated",
    "task.completed",
    "task.deleted",
    "reminder.scheduled",
    "reminder.triggered",
];

fn file() -> PathBuf {
    root().join("docs/events.md")
}

/// One event of every kind that the catalogue shows, by the name of its example.
fn make_events(user: &User) -> Vec<(&'static str, Value)> {
    let task = user.create(&json!({
        "title": "Pay the rent", "description": "By transfer", "priority": "high", "tags": ["home"],
        "due_date": "2031-01-31T09:00:00+01:00", "time_zone": "Europe/Berlin",
        "is_recurring": true, "recurring_interval": "monthly",
    }));
    let id = id_of(&task);
    let newest = |task: &Value, kind: &str| user.events_of(task, kind).remove(0);
    let mut events = vec![("task.created", newest(&task, "task.created"))];
    events.push(("reminder.scheduled", user.wait_for_reminder(&task)));
    user.patch(
        id,
        &json!({"priority": "low", "due_date": "2031-01-31T18:00:00Z"}),
    )
    .expect(200);
    events.push(("task.updated", newest(&task, "task.updated")));
    user.complete(id);
    events.push(("task.completed", newest(&task, "task.completed")));
    let next = user.wait_for_occurrence(&task, 2, SOON);
    events.push(("task.created by a handler", newest(&next, "task.created")));
    user.reopen(id);
    events.push(("task.completed: reopened", newest(&task, "task.completed")));
    user.delete(id).expect(204);
    events.push(("task.deleted", newest(&task, "task.deleted")));
    user.call("POST", &format!("/{id}/restore"))
        .send()
        .expect(200);
    events.push(("task.updated: restored", newest(&task, "task.updated")));
    let (reminded, remind_at) = user.create_reminded_in(TimeDelta::seconds(2));
    user.wait_for_notification(&reminded, remind_at);
    events.push((
        "reminder.triggered",
        newest(&reminded, "reminder.triggered"),
    ));
    events
}

/// The event as the catalogue shows it: with the user of the examples, and the attributes in their order.
fn show(event: &Value, user: &User) -> String {
    let text = event.to_string().replace(&user.id, ALICE);
    let event: Map<String, Value> = serde_json::from_str(&text).expect("still JSON");
    let mut names: BTreeSet<&str> = event.keys().map(String::as_str).collect();
    let mut lines = Vec::new();
    for name in ATTRIBUTES {
        if names.remove(name) {
            let value = serde_json::to_string_pretty(&event[name]).expect("JSON");
            lines.push(format!("  \"{name}\": {}", value.replace('\n', "\n  ")));
        }
    }
    assert!(names.is_empty(), "attributes without a place: {names:?}");
    format!("{{\n{}\n}}", lines.join(",\n"))
}

/// Replaces what differs in every run: ids by the order in which they come, traces, and times but those that were chosen.
fn mask(value: &mut Value, ids: &mut Vec<String>) {
    match value {
        Value::Object(fields) => fields.values_mut().for_each(|value| mask(value, ids)),
        Value::Array(items) => items.iter_mut().for_each(|value| mask(value, ids)),
        Value::String(text) if text.starts_with("00-") && text.len() == 55 => {
            *text = "a trace".to_owned();
        }
        Value::String(text) if is_id(text) => {
            let place = ids.iter().position(|id| id == text);
            let place = place.unwrap_or_else(|| {
                ids.push(text.clone());
                ids.len() - 1
            });
            *text = format!("id {place}");
        }
        Value::String(text)
            if !text.starts_with("2031-") && text.parse::<DateTime<Utc>>().is_ok() =>
        {
            *text = "a time".to_owned();
        }
        _ => {}
    }
}

fn is_id(text: &str) -> bool {
    let lengths = text.split('-').map(str::len);
    lengths.eq([8, 4, 4, 4, 12])
        && text
            .bytes()
            .all(|byte| byte == b'-' || byte.is_ascii_hexdigit())
}

#[track_caller]
fn masked(text: &str) -> Value {
    let mut value = serde_json::from_str(text)
        .unwrap_or_else(|error| panic!("an example is not JSON: {error}\n{text}"));
    mask(&mut value, &mut Vec::new());
    value
}

/// The text of an example in the catalogue: the JSON block after its mark. With its place in the document.
#[track_caller]
fn example<'a>(document: &'a str, name: &str) -> (usize, &'a str) {
    let mark = format!("<!-- example: {name} -->\n\n```json\n");
    let places: Vec<usize> = document.match_indices(&mark).map(|(at, _)| at).collect();
    assert_eq!(places.len(), 1, "the example {name:?} in docs/events.md");
    let start = places[0] + mark.len();
    let end = document[start..]
        .find("\n```")
        .expect("the end of the block");
    (start, &document[start..start + end])
}

#[test]
fn its_examples_are_real_events() {
    let user = user();
    let events = make_events(&user);
    let mut document = fs::read_to_string(file()).expect("docs/events.md");
    if env::var("TODO_BLESS").is_ok() {
        for (name, event) in &events {
            let (start, old) = example(&document, name);
            let end = start + old.len();
            document.replace_range(start..end, &show(event, &user));
        }
        fs::write(file(), &document).expect("docs/events.md can be written");
    }
    for (name, event) in &events {
        let (_, shown) = example(&document, name);
        let real = show(event, &user);
        assert_eq!(
            masked(shown),
            masked(&real),
            "{name} is not what docs/events.md says (TODO_BLESS=1 writes it anew); it is\n{real}"
        );
    }
    let marks = document.matches("<!-- example: ").count();
    assert_eq!(
        marks,
        events.len(),
        "an example that nothing is compared with"
    );
}

#[test]
fn it_has_every_type_and_no_other() {
    let document = fs::read_to_string(file()).expect("docs/events.md");
    let mut headings: Vec<&str> = document
        .lines()
        .filter_map(|line| line.strip_prefix("### "))
        .collect();
    let mut types = TYPES;
    headings.sort_unstable();
    types.sort_unstable();
    assert_eq!(headings, types);
    // And no type that it does not know: every one can be asked for, another cannot.
    let user = user();
    for kind in TYPES {
        assert!(user.items(&format!("/events?type={kind}")).is_empty());
    }
}
