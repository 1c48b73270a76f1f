//! An event as `docs/asyncapi.json` describes it.

use std::sync::OnceLock;

use serde_json::Value;

use super::schemas::Schemas;
use crate::event::HAND_MADE;

/// Fails when an event is not what the contract says.
#[track_caller]
pub fn assert_event(event: &Value) {
    let errors = event_errors(event);
    assert!(
        errors.is_empty(),
        "not an event of docs/asyncapi.json: {errors:#?}\n{event}"
    );
}

/// The same for what a broker or the outbox has: tests put events of their own there, broken ones among them, which have a trace
/// of their own or none; each of the application's has one.
#[track_caller]
pub(crate) fn assert_seen(event: &Value) {
    let trace = event["traceparent"].as_str();
    if trace.is_some_and(|trace| trace != HAND_MADE) {
        assert_event(event);
    }
}

/// What of an event is not as the contract says; nothing when it is right.
pub fn event_errors(event: &Value) -> Vec<String> {
    static SCHEMAS: OnceLock<Schemas> = OnceLock::new();
    let schemas = SCHEMAS.get_or_init(|| Schemas::of(super::asyncapi()));
    let kind = event["type"].as_str().unwrap_or_default();
    let Some(messages) = schemas.document()["components"]["messages"].as_object() else {
        return vec!["no messages".to_owned()];
    };
    match messages.iter().find(|(_, message)| message["name"] == kind) {
        Some((name, _)) => schemas.errors(&format!("/components/messages/{name}/payload"), event),
        None => vec![format!("no message {kind:?}")],
    }
}
