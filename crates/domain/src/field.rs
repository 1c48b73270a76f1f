//! What an API client is told about fields that break a rule. The HTTP shape around it belongs to the web crate.

use serde::Serialize;

/// One offending field.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct FieldError {
    /// The field's name as the client wrote it.
    pub field: String,
    /// The rule, for the client; never holds the value that was sent.
    pub message: String,
}

/// Every offending field of one request; never empty.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("invalid fields: {}", names(.0))]
pub struct FieldErrors(pub Vec<FieldError>);

fn names(errors: &[FieldError]) -> String {
    let names: Vec<&str> = errors.iter().map(|error| error.field.as_str()).collect();
    names.join(", ")
}
