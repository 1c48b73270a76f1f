//! Poison among good events: it ends in the dead letters, once, alarmed and whole, and holds nobody up.

use e2e::{Client, Event, SOON, Stack, User, as_operator, eventually, id_of, new_id};
use serde_json::{Value, json};

fn dead_letters(client: &Client, state: &str) -> Vec<Value> {
    let path = format!("/ops/dead-letters?limit=200&state={state}");
    let list = as_operator(client, "GET", &path).send().expect(200).json();
    let items = list["items"].as_array().expect("items");
    let whole = |letter| {
        let path = format!("/ops/dead-letters/{}", id_of(letter));
        as_operator(client, "GET", &path).send().expect(200).json()
    };
    items.iter().map(whole).collect()
}

fn wait_for_dead_letter(client: &Client, is_it: impl Fn(&Value) -> bool) -> Value {
    eventually(SOON, "the dead letter", || {
        dead_letters(client, "open")
            .into_iter()
            .find(|letter| is_it(letter))
    })
}

/// A recurring task that is completed in the database, without an event of its own: what an event does is seen alone.
fn completed_without_event(stack: &Stack, user: &User) -> Value {
    let task = user.create_recurring("daily", "2026-01-01T09:00:00Z");
    stack.sql(&format!(
        "UPDATE tasks SET completed = TRUE, completed_at = now() AT TIME ZONE 'utc', version = 2 WHERE id = '{}'",
        id_of(&task)
    ));
    user.task(id_of(&task))
}

#[test]
fn poison_among_good_events_is_a_dead_letter_with_one_alert_and_the_good_are_handled() {
    let stack = Stack::get();
    let user = stack.user();
    let tasks: Vec<Value> = (0..4)
        .map(|_| completed_without_event(&stack, &user))
        .collect();
    let good: Vec<String> = tasks
        .iter()
        .map(|task| Event::of("task.completed", task).json.to_string())
        .collect();
    let poison = Event::of("task.completed", &tasks[0])
        .without_data("task_id")
        .json;
    let not_json = format!("not JSON at all, {}", new_id());
    let key = user.id.as_str();
    stack.produce(
        "tasks",
        &[
            (key, &good[0]),
            (key, &good[1]),
            (key, &poison.to_string()),
            (key, &good[2]),
            (key, &not_json),
            (key, &good[3]),
        ],
    );

    for task in &tasks {
        user.wait_for_occurrence(task, 2, SOON);
    }
    let client = stack.client();
    let letter = wait_for_dead_letter(&client, |letter| letter["id"] == poison["id"]);
    assert_eq!(letter["event"]["data"], poison["data"], "kept whole");
    assert_eq!(letter["topic"], "tasks");
    assert_eq!(letter["type"], "task.completed");
    let reason = letter["reason"].as_str().unwrap_or_default();
    assert!(reason.contains("task_id"), "{letter}");
    let raw = wait_for_dead_letter(&client, |letter| letter["event"] == not_json.as_str());
    assert_eq!(raw["state"], "open");

    for id in [&letter["id"], &raw["id"]] {
        let alert = stack.wait_for_alert(id.as_str().expect("an id"));
        assert!(alert.contains("manual review required"), "{alert}");
    }
    // At least once in the dead-letter topic; what is kept and alerted once is seen above.
    let dead = stack.events("tasks-dlq");
    assert!(dead.iter().any(|event| event.id() == poison["id"]));
    assert!(
        dead.iter()
            .any(|event| event.record.value.contains(&not_json))
    );
}

#[test]
fn an_operator_without_the_token_is_sent_away() {
    let stack = Stack::get();
    let client = stack.client();
    client.get("/ops/dead-letters").expect(401);
}

#[test]
fn a_replay_after_the_cause_is_gone_has_its_effect_once() {
    let stack = Stack::get();
    let (owner, other) = (stack.user(), stack.user());
    let task = completed_without_event(&stack, &owner);
    let event = Event::of("task.completed", &task)
        .with("partitionkey", json!(other.id))
        .with_data("user_id", json!(other.id))
        .json;
    stack.produce("tasks", &[(&other.id, &event.to_string())]);
    let client = stack.client();
    let letter = wait_for_dead_letter(&client, |letter| letter["id"] == event["id"]);
    let reason = letter["reason"].as_str().unwrap_or_default();
    assert!(reason.contains("owner"), "{letter}");
    assert!(other.list("status=all").is_empty());

    stack.sql(&format!(
        "UPDATE tasks SET user_id = '{}' WHERE id = '{}'",
        other.id,
        id_of(&task)
    ));
    let path = format!("/ops/dead-letters/{}/replay", id_of(&letter));
    let replayed = as_operator(&client, "POST", &path).send().expect(200);
    assert_eq!(replayed.json()["state"], "replayed");
    let next = other.wait_for_occurrence(&task, 2, SOON);

    as_operator(&client, "POST", &path).send().expect(409);
    other.wait_until_handled();
    assert_eq!(other.occurrences_of(&task["series_id"], 2), [next]);
    assert!(owner.list("status=all").is_empty());
    let open = dead_letters(&client, "open");
    assert!(open.iter().all(|letter| letter["id"] != event["id"]));
    let mut published = stack.events("tasks");
    published.retain(|found| found.id() == event["id"]);
    assert!(published.len() >= 2, "as it came, and again");
}

#[test]
fn a_replay_while_the_cause_is_there_is_another_record_and_opens_it_again() {
    let stack = Stack::get();
    let (owner, other) = (stack.user(), stack.user());
    let event = Event::of("task.completed", &completed_without_event(&stack, &owner))
        .with("partitionkey", json!(other.id))
        .with_data("user_id", json!(other.id))
        .json;
    stack.produce("tasks", &[(&other.id, &event.to_string())]);
    let client = stack.client();
    wait_for_dead_letter(&client, |letter| letter["id"] == event["id"]);
    let path = format!("/ops/dead-letters/{}/replay", id_of(&event));
    as_operator(&client, "POST", &path).send().expect(200);
    wait_for_dead_letter(&client, |letter| {
        letter["id"] == event["id"] && letter["failed_again"] == 1
    });
    // Each by its place in the topic `tasks`, as the sidecar says it of a record in the dead-letter topic.
    let sql = format!(
        "SELECT records FROM dead_letters WHERE id = '{}'",
        id_of(&event)
    );
    let records = stack.sql(&sql);
    let mut places: Vec<&str> = records.split(';').map(str::trim).collect();
    assert_eq!(places.pop(), Some(""));
    assert_eq!(places.len(), 2, "{records}");
    assert_ne!(places[0], places[1]);
    assert!(
        places.iter().all(|place| place.starts_with("tasks/")),
        "{records}"
    );
}
