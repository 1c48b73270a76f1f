//! An event as `docs/asyncapi.json` describes it.

use std::sync::OnceLock;

use serde_json::Value;

use super::schemas::Schemas;

/// Fails when an event is not what the contract says.
#[track_caller]
pub fn assert_event(event: &Value) {
    let errors = event_errors(event);
    assert!(
        errors.is_empty(),
        "not an event of docs/asyncapi.json: {errors:#?}\n{event}"
    );
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
