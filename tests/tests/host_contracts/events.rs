//! The events: the contract beside the constructors of `domain::event`.

use std::collections::BTreeSet;

use chrono::{DateTime, Utc};
use domain::event::{CloudEvent, EventMeta, EventType, HANDLER_SOURCE, SOURCE_USER};
use domain::{Task, UserId};
use e2e::contract::{self, assert_event, event_errors};
use serde_json::{Value, json};
use uuid::Uuid;

fn now() -> DateTime<Utc> {
    "2026-01-01T00:00:00Z".parse().unwrap()
}

fn meta() -> EventMeta<'static> {
    EventMeta {
        id: Uuid::nil(),
        source: SOURCE_USER,
        time: now(),
        traceparent: Some("00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"),
    }
}

fn task() -> Task {
    let body = json!({"title": "x", "is_recurring": true, "recurring_interval": "daily",
                      "due_date": "2031-01-01T00:00:00Z"});
    let user = UserId::parse("alice").unwrap();
    Task::create(body.as_object().unwrap(), user, Uuid::nil(), now()).unwrap()
}

/// One of each type.
fn events() -> Vec<Value> {
    let (task, meta) = (task(), meta());
    let change = task.patch(json!({"title": "y"}).as_object().unwrap(), now());
    let change = change.unwrap().unwrap();
    let events = [
        CloudEvent::task_created(&task, &meta),
        CloudEvent::task_updated(&change.task, &change.changed_fields, &meta),
        CloudEvent::task_completed(&task, &meta),
        CloudEvent::task_deleted(&task, &meta),
        CloudEvent::reminder_scheduled(&task, now(), &meta),
        CloudEvent::reminder_triggered(&task, now(), &meta),
    ];
    events
        .iter()
        .map(|event| serde_json::to_value(event).unwrap())
        .collect()
}

fn keys(value: &Value) -> BTreeSet<String> {
    value.as_object().unwrap().keys().cloned().collect()
}

fn required(schema: &Value) -> BTreeSet<String> {
    let names = schema["required"].as_array().unwrap().iter();
    names
        .map(|name| name.as_str().unwrap().to_owned())
        .collect()
}

#[test]
fn there_are_the_types_topics_and_sources_of_the_code() {
    let document = contract::asyncapi();
    for topic in ["tasks", "reminders"] {
        let messages = document["channels"][topic]["messages"].as_object().unwrap();
        let there: BTreeSet<&str> = messages
            .keys()
            .map(|name| {
                document["components"]["messages"][name]["name"]
                    .as_str()
                    .unwrap()
            })
            .collect();
        let expected = EventType::ALL
            .iter()
            .filter(|kind| kind.topic().as_str() == topic);
        assert_eq!(there, expected.map(|kind| kind.as_str()).collect());
    }
    let envelope = &document["components"]["schemas"]["Envelope"]["properties"];
    assert_eq!(
        envelope["source"]["enum"],
        json!([SOURCE_USER, HANDLER_SOURCE])
    );
    let kinds: Vec<&str> = EventType::ALL.iter().map(|kind| kind.as_str()).collect();
    assert_eq!(envelope["type"]["enum"], json!(kinds));
    let event = &contract::openapi()["components"]["schemas"]["Event"];
    assert_eq!(event["properties"]["type"]["enum"], json!(kinds));
    assert_eq!(keys(&event["properties"]), keys(envelope));
}

#[test]
fn an_event_of_each_type_is_as_the_contract_says() {
    let events = events();
    assert_eq!(events.len(), EventType::ALL.len());
    let document = contract::asyncapi();
    let schemas = &document["components"]["schemas"];
    for event in events {
        assert_event(&event);
        assert_eq!(keys(&event), keys(&schemas["Envelope"]["properties"]));
        let name: String = event["type"]
            .as_str()
            .unwrap()
            .split('.')
            .map(capital)
            .collect();
        let data = &schemas[format!("{name}Data")];
        let sent = keys(&event["data"]);
        if event["type"] == "task.updated" {
            assert!(sent.is_superset(&required(data)), "{sent:?}");
        } else {
            assert_eq!(sent, required(data), "{name}");
            assert_eq!(sent, keys(&data["properties"]), "{name}");
        }
    }
}

fn capital(word: &str) -> String {
    word[..1].to_uppercase() + &word[1..]
}

#[test]
fn an_event_with_another_field_or_without_one_is_refused() {
    for event in events() {
        let mut more = event.clone();
        more["data"]["nonsense"] = json!(1);
        let mut less = event.clone();
        less["data"].as_object_mut().unwrap().remove("version");
        let other = {
            let mut other = event.clone();
            other["type"] = json!("task.archived");
            other
        };
        for wrong in [more, less, other] {
            assert!(!event_errors(&wrong).is_empty(), "{wrong}");
        }
    }
}

#[test]
fn a_task_in_an_event_is_a_task_in_an_answer() {
    let of = |document: Value| document["components"]["schemas"]["Task"]["properties"].clone();
    assert_eq!(of(contract::asyncapi()), of(contract::openapi()));
}
