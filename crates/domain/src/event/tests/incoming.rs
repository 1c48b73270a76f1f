//! Envelopes that are taken and that are refused.

use serde_json::{Value, json};

use crate::event::{CloudEvent, Malformed};

fn event() -> Value {
    json!({"specversion": "1.0", "id": "1", "type": "task.created", "source": "todo-backend"})
}

fn with(name: &str, value: Value) -> Result<CloudEvent, Malformed> {
    let mut event = event();
    event[name] = value;
    CloudEvent::parse(event.to_string().as_bytes())
}

#[test]
fn only_a_json_object_is_an_event() {
    let deep = "[".repeat(100_000);
    for body in ["", "hello", "{", "{\"id\": 1", "\u{feff}{}", deep.as_str()] {
        assert_eq!(
            CloudEvent::parse(body.as_bytes()),
            Err(Malformed::NotJson),
            "{body:.20}"
        );
    }
    assert_eq!(
        CloudEvent::parse(b"{\"id\": \"\xff\"}"),
        Err(Malformed::NotJson)
    );
    for body in ["[]", "null", "1", "\"{}\""] {
        assert_eq!(
            CloudEvent::parse(body.as_bytes()),
            Err(Malformed::NotAnObject),
            "{body}"
        );
    }
}

#[test]
fn only_version_1_0_is_understood() {
    for version in [
        json!(null),
        json!("0.3"),
        json!("1.0.1"),
        json!(1.0),
        json!(""),
    ] {
        assert_eq!(
            with("specversion", version.clone()),
            Err(Malformed::SpecVersion),
            "{version}"
        );
    }
}

#[test]
fn id_type_and_source_are_required_plain_texts() {
    for name in ["id", "type", "source"] {
        let too_long = "x".repeat(1025);
        for value in [
            json!(null),
            json!(""),
            json!(7),
            json!({}),
            json!("a\u{0}b"),
            json!("a\nb"),
            json!(too_long),
        ] {
            assert_eq!(
                with(name, value.clone()),
                Err(Malformed::Attribute(name)),
                "{name} = {value:.20}"
            );
        }
        let mut event = event();
        event.as_object_mut().unwrap().remove(name);
        assert_eq!(
            CloudEvent::parse(event.to_string().as_bytes()),
            Err(Malformed::Attribute(name))
        );
    }
}

#[test]
fn other_attributes_may_be_absent_but_not_mistyped() {
    for name in [
        "subject",
        "time",
        "datacontenttype",
        "partitionkey",
        "traceparent",
    ] {
        assert_eq!(with(name, json!(7)), Err(Malformed::Attribute(name)));
        assert_eq!(
            with(name, json!("a\u{0}b")),
            Err(Malformed::Attribute(name))
        );
        assert_eq!(
            with(name, json!(null)),
            CloudEvent::parse(event().to_string().as_bytes())
        );
    }
}

#[test]
fn extension_attributes_and_unknown_types_are_tolerated() {
    // What Dapr adds on delivery.
    for (name, value) in [
        ("topic", json!("tasks")),
        ("pubsubname", json!("kafka-pubsub")),
        ("traceid", json!(7)),
    ] {
        assert_eq!(
            with(name, value),
            CloudEvent::parse(event().to_string().as_bytes()),
            "{name}"
        );
    }
    let unknown = with("type", json!("task.exploded")).unwrap();
    assert_eq!(
        (unknown.event_type.as_str(), unknown.kind()),
        ("task.exploded", None)
    );
}

#[test]
fn what_is_said_about_a_malformed_event_names_the_place_and_not_the_content() {
    let table = [
        (CloudEvent::parse(b"secret"), "not JSON"),
        (CloudEvent::parse(b"[\"secret\"]"), "not a JSON object"),
        (
            with("specversion", json!("secret")),
            "specversion is not 1.0",
        ),
        (
            with("id", json!(["secret"])),
            "attribute id is missing or not a plain, non-empty string",
        ),
    ];
    for (result, expected) in table {
        assert_eq!(result.unwrap_err().to_string(), expected);
    }
}
