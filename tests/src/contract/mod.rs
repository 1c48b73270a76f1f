//! The contracts in `docs/`, as the measure of every answer and every event that a test sees.

mod asyncapi;
mod openapi;
mod schemas;

use std::fs;
use std::path::Path;

use serde_json::Value;

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
    let file = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("../docs")
        .join(name);
    let text = fs::read(&file).unwrap_or_else(|error| panic!("{}: {error}", file.display()));
    serde_json::from_slice(&text).unwrap_or_else(|error| panic!("{}: {error}", file.display()))
}
