//! The contracts in `docs/`, as the measure of every answer and every event that a test sees.

mod asyncapi;
mod openapi;
mod schemas;

use serde_json::Value;

use crate::checkout;

pub(crate) use asyncapi::assert_seen;
pub use asyncapi::{assert_event, event_errors};
pub use openapi::Operation;
pub(crate) use openapi::check;

/// `docs/openapi.json`.
pub fn openapi() -> Value {
    read("openapi.json")
}

/// `docs/asyncapi.json`.
pub fn asyncapi() -> Value {
    read("asyncapi.json")
}

/// Every operation of `docs/openapi.json`.
pub fn operations() -> Vec<Operation> {
    openapi::operations(&openapi())
}

fn read(name: &str) -> Value {
    let text = checkout::read(&format!("docs/{name}"));
    serde_json::from_str(&text).unwrap_or_else(|error| panic!("{name}: {error}"))
}
