//! The bulk publish call as Dapr reads it.

use super::calls::Numbered;
use http::header::CONTENT_TYPE;
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use platform::{Request, variables};
use serde::Serialize;
use serde_json::Value;
use storage::outbox::Pending;

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Entry<'a> {
    entry_id: String,
    event: Value,
    content_type: &'static str,
    metadata: Metadata<'a>,
}

/// The record key: Dapr takes it from here and not from the event's own `partitionkey`.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Metadata<'a> {
    partition_key: &'a str,
}

/// Why there is no request.
pub(super) enum Impossible {
    /// An event is no JSON.
    Entry(String),
    /// The address makes no sense.
    Address(String),
}

/// The call that publishes these entries.
pub(super) fn request(topic: &str, entries: &[Numbered<'_>]) -> Result<Request, Impossible> {
    let pubsub = variables::get("pubsub_name");
    let encode = |text| utf8_percent_encode(text, NON_ALPHANUMERIC);
    let base = variables::get("dapr_url");
    let uri = format!(
        "{}/v1.0/publish/bulk/{}/{}",
        base.trim_end_matches('/'),
        pubsub_segment(&pubsub),
        encode(topic)
    );
    let body: Vec<Entry<'_>> = entries
        .iter()
        .map(|(index, pending)| entry(*index, pending))
        .collect::<serde_json::Result<_>>()
        .map_err(unreadable)?;
    let mut builder = http::Request::post(uri).header(CONTENT_TYPE, "application/json");
    let token = variables::get("dapr_api_token");
    if !token.is_empty() {
        builder = builder.header(web::access::DAPR_TOKEN, token);
    }
    let body = serde_json::to_vec(&body).map_err(unreadable)?;
    builder
        .body(body)
        .map_err(|error| Impossible::Address(error.to_string()))
}

fn unreadable(error: serde_json::Error) -> Impossible {
    Impossible::Entry(error.to_string())
}

fn pubsub_segment(name: &str) -> String {
    // Component names are DNS labels: letters, digits, `-` and `.`, which need no encoding.
    name.chars()
        .filter(|c| c.is_ascii_alphanumeric() || matches!(c, '-' | '.' | '_'))
        .collect()
}

fn entry(index: usize, pending: &Pending) -> serde_json::Result<Entry<'_>> {
    Ok(Entry {
        entry_id: index.to_string(),
        event: with_trace_id(&pending.event)?,
        content_type: "application/cloudevents+json",
        metadata: Metadata {
            partition_key: &pending.user_id,
        },
    })
}

/// Dapr blanks a `traceparent` that comes without its older name for it, `traceid`.
fn with_trace_id(event: &str) -> serde_json::Result<Value> {
    let mut event: Value = serde_json::from_slice(event.as_bytes())?;
    if let Some(trace) = event.get("traceparent").cloned() {
        event
            .as_object_mut()
            .map(|attributes| attributes.insert("traceid".to_owned(), trace));
    }
    Ok(event)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_trace_survives_the_sidecar() {
        let event = with_trace_id(r#"{"id":"1","traceparent":"00-a-b-01"}"#).unwrap();
        assert_eq!(event["traceid"], "00-a-b-01");
        assert_eq!(with_trace_id(r#"{"id":"1"}"#).unwrap().get("traceid"), None);
    }
}
