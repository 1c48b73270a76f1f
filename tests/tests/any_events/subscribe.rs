//! What Dapr is told when it asks which topics go where.

use std::collections::BTreeMap;

use e2e::client;
use serde_json::Value;

fn subscriptions() -> Vec<Value> {
    let reply = client().get("/dapr/subscribe").expect(200);
    assert!(
        reply
            .must_header("content-type")
            .starts_with("application/json"),
        "{}",
        reply.show()
    );
    reply.json().as_array().unwrap().clone()
}

fn topic(name: &str) -> Value {
    let found: Vec<Value> = subscriptions()
        .into_iter()
        .filter(|one| one["topic"] == name)
        .collect();
    assert_eq!(found.len(), 1, "each topic is subscribed once");
    found[0].clone()
}

/// The path of each rule by the type that it matches.
fn rules(topic: &Value) -> BTreeMap<String, String> {
    let rule = |rule: &Value| {
        let condition = rule["match"]
            .as_str()
            .unwrap()
            .replace('\'', "\"")
            .replace(' ', "");
        let kind = condition
            .strip_prefix("event.type==\"")
            .and_then(|rest| rest.strip_suffix('"'));
        (
            kind.unwrap_or_else(|| panic!("not a condition on the type: {condition}"))
                .to_owned(),
            rule["path"].as_str().unwrap().to_owned(),
        )
    };
    topic["routes"]["rules"]
        .as_array()
        .unwrap()
        .iter()
        .map(rule)
        .collect()
}

#[test]
fn three_topics_of_one_pubsub() {
    let mut topics: Vec<String> = subscriptions()
        .iter()
        .map(|one| format!("{}/{}", one["pubsubname"], one["topic"]).replace('"', ""))
        .collect();
    topics.sort_unstable();
    assert_eq!(
        topics,
        [
            "kafka-pubsub/reminders",
            "kafka-pubsub/tasks",
            "kafka-pubsub/tasks-dlq"
        ]
    );
}

#[test]
fn task_events_go_to_the_component_of_their_type() {
    let tasks = topic("tasks");
    let want = ["created", "updated", "completed", "deleted"]
        .map(|verb| (format!("task.{verb}"), format!("/api/events/tasks/{verb}")));
    assert_eq!(rules(&tasks), BTreeMap::from(want));
    assert_eq!(tasks["routes"]["default"], "/api/events/tasks");
    assert_eq!(tasks["deadLetterTopic"], "tasks-dlq");
}

#[test]
fn reminder_events_likewise() {
    let reminders = topic("reminders");
    let rules = rules(&reminders);
    assert_eq!(
        rules.get("reminder.triggered").map(String::as_str),
        Some("/api/events/reminders/triggered")
    );
    assert_eq!(reminders["routes"]["default"], "/api/events/reminders");
    assert_eq!(reminders["deadLetterTopic"], "tasks-dlq");
}

#[test]
fn dead_letters_go_to_their_component_and_have_no_dead_letters() {
    let dead = topic("tasks-dlq");
    assert_eq!(dead["routes"]["default"], "/api/events/dead-letter");
    assert!(
        dead.get("deadLetterTopic").is_none_or(Value::is_null),
        "{dead}"
    );
}
