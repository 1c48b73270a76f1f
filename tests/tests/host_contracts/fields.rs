//! The fields of a task, their limits and their words: the contract beside the types of `domain`.

use std::collections::BTreeSet;

use chrono::{DateTime, Utc};
use domain::{FieldErrors, Task, UserId};
use e2e::contract;
use serde_json::{Map, Value, json};
use uuid::Uuid;

use crate::examples::Examples;

fn create(body: &Value) -> Result<Task, FieldErrors> {
    let now: DateTime<Utc> = "2026-01-01T00:00:00Z".parse().unwrap();
    let user = UserId::parse("alice").unwrap();
    Task::create(body.as_object().unwrap(), user, Uuid::nil(), now)
}

fn seen(task: &Task) -> Map<String, Value> {
    let Value::Object(fields) = serde_json::to_value(task.view(task.created_at)).unwrap() else {
        panic!("no object")
    };
    fields
}

fn names(schema: &Value) -> BTreeSet<String> {
    let properties = schema["properties"].as_object().expect("properties");
    properties.keys().cloned().collect()
}

fn schema(name: &str) -> Value {
    contract::openapi()["components"]["schemas"][name].clone()
}

/// A task that has every optional field.
fn whole() -> Value {
    json!({"title": "x", "recurring_interval": "daily"})
}

#[test]
fn a_task_has_the_fields_of_the_contract() {
    let fields: BTreeSet<String> = seen(&create(&whole()).unwrap()).keys().cloned().collect();
    let contract = schema("Task");
    assert_eq!(names(&contract), fields);
    let required = contract["required"].as_array().unwrap().iter();
    let required: BTreeSet<String> = required.map(|name| name.as_str().unwrap().into()).collect();
    assert_eq!(required, fields);
}

#[test]
fn what_may_be_set_is_what_is_not_read_only() {
    let task = seen(&create(&whole()).unwrap());
    let settable: BTreeSet<String> = task
        .iter()
        .filter(|(name, value)| {
            let mut body = whole();
            body[name.as_str()] = (*value).clone();
            let errors = create(&body).err();
            let is_read_only = errors.is_some_and(|errors| {
                let mut errors = errors.0.into_iter();
                errors.any(|error| error.message.starts_with("read-only"))
            });
            !is_read_only
        })
        .map(|(name, _)| name.clone())
        .collect();
    assert_eq!(names(&schema("NewTask")), settable);
    assert_eq!(names(&schema("TaskPatch")), settable);
}

#[test]
fn the_limits_and_words_of_each_field_are_those_of_the_code() {
    let (document, mut tried) = (contract::openapi(), 0);
    for (name, schema) in schema("NewTask")["properties"].as_object().unwrap() {
        let examples = Examples::of(&document, schema);
        let with = |value: &Value| {
            let mut body = whole();
            body[name] = value.clone();
            body
        };
        for good in &examples.good {
            let created = create(&with(good));
            assert!(created.is_ok(), "{name}: {good}: {created:?}");
        }
        for bad in &examples.bad {
            let errors = create(&with(bad)).expect_err(&format!("{name}: {bad} is accepted"));
            let fields: Vec<&str> = errors.0.iter().map(|error| error.field.as_str()).collect();
            assert_eq!(fields, [name], "{bad}");
        }
        tried += examples.good.len() + examples.bad.len();
    }
    assert!(tried > 60, "only {tried} values");
}

#[test]
fn what_is_not_given_is_the_default_of_the_contract() {
    let task = seen(&create(&json!({"title": "x"})).unwrap());
    for (name, schema) in schema("NewTask")["properties"].as_object().unwrap() {
        let expected = match schema.get("default") {
            Some(default) => default.clone(),
            None if name == "title" => json!("x"),
            None => Value::Null,
        };
        assert_eq!(task[name], expected, "{name}");
    }
}

#[test]
fn limits_of_what_is_answered_are_those_of_what_may_be_sent() {
    let (sent, answered) = (schema("NewTask"), schema("Task"));
    for (name, sent) in sent["properties"].as_object().unwrap() {
        let answered = &answered["properties"][name];
        for word in ["minLength", "maxLength", "minimum", "maximum", "maxItems"] {
            assert_eq!(sent[word], answered[word], "{name}: {word}");
        }
        let words = |schema: &Value| -> Vec<Value> {
            let words = schema["enum"].as_array().into_iter().flatten();
            words.filter(|word| word.is_string()).cloned().collect()
        };
        assert_eq!(words(sent), words(answered), "{name}");
    }
}

#[test]
fn a_user_is_the_user_of_the_code() {
    let document = contract::openapi();
    let examples = Examples::of(&document, &schema("UserId"));
    for good in &examples.good {
        assert!(UserId::parse(good.as_str().unwrap()).is_ok(), "{good}");
    }
    let reserved = schema("UserId")["not"]["enum"].as_array().unwrap().clone();
    for bad in examples
        .bad
        .iter()
        .chain(&reserved)
        .filter_map(Value::as_str)
    {
        assert!(UserId::parse(bad).is_err(), "{bad}");
    }
    assert_eq!(reserved.len(), 3);
}
