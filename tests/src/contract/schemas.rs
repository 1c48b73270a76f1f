//! The schemas of a document, each compiled once. A field that no schema names is an error here: clients must ignore it, and
//! so nothing else would tell that the document is behind the code.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use jsonschema::{Draft, Validator};
use serde_json::{Value, json};

/// A document, and the validators made of it so far.
pub(super) struct Schemas {
    document: Value,
    made: Mutex<HashMap<String, Arc<Validator>>>,
}

impl Schemas {
    pub(super) fn of(mut document: Value) -> Self {
        if let Some(schemas) = document["components"]["schemas"].as_object_mut() {
            schemas.values_mut().for_each(close);
        }
        Self {
            document,
            made: Mutex::default(),
        }
    }

    pub(super) fn document(&self) -> &Value {
        &self.document
    }

    /// What of `value` breaks the schema at a JSON pointer.
    pub(super) fn errors(&self, pointer: &str, value: &Value) -> Vec<String> {
        let validator = self.validator(pointer);
        validator
            .iter_errors(value)
            .map(|error| format!("{}: {error}", error.instance_path()))
            .collect()
    }

    fn validator(&self, pointer: &str) -> Arc<Validator> {
        let mut made = self.made.lock().unwrap_or_else(PoisonError::into_inner);
        let validator = made
            .entry(pointer.to_owned())
            .or_insert_with(|| Arc::new(self.make(pointer)));
        Arc::clone(validator)
    }

    fn make(&self, pointer: &str) -> Validator {
        let mut root = self.document.clone();
        root["$schema"] = json!("https://json-schema.org/draft/2020-12/schema");
        root["$ref"] = format!("#{}", pointer.replace('{', "%7B").replace('}', "%7D")).into();
        jsonschema::options()
            .with_draft(Draft::Draft202012)
            .should_validate_formats(true)
            .build(&root)
            .unwrap_or_else(|error| panic!("the schema at {pointer}: {error}"))
    }
}

/// Refuses further properties wherever a schema names some; not below `allOf`, whose parts know only some of them.
fn close(schema: &mut Value) {
    let Some(schema) = schema.as_object_mut() else {
        return;
    };
    // `data` is told apart by its type, and the sidecar adds attributes beside it.
    let is_envelope = schema
        .get("properties")
        .is_some_and(|properties| properties.get("specversion").is_some());
    if schema.contains_key("properties") && !is_envelope {
        schema
            .entry("additionalProperties")
            .or_insert(Value::Bool(false));
    }
    if let Some(Value::Object(properties)) = schema.get_mut("properties") {
        properties.values_mut().for_each(close);
    }
    if let Some(items) = schema.get_mut("items") {
        close(items);
    }
}
