//! The Dapr sidecar: bulk publish, with the user as the partition key of each entry.

use super::{Delivery, Published, rounds};
use crate::settings::Topics;
use domain::event::{EventType, Topic};
use http::header::CONTENT_TYPE;
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use platform::{Request, Response, variables};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use std::collections::HashSet;
use std::time::{Duration, Instant};
use storage::outbox::Pending;

/// How long the sidecar may take for a batch; the drain's lease is longer.
const TIMEOUT: Duration = Duration::from_secs(5);
/// After this no further call of a batch begins: together with the last one it stays within the lease.
const BUDGET: Duration = Duration::from_secs(4);

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

#[derive(Default, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Failure {
    #[serde(default)]
    failed_entries: Vec<FailedEntry>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct FailedEntry {
    entry_id: String,
    #[serde(default)]
    error: String,
}

/// The entries of one call that failed, with their reasons; or why nothing can be said of any.
type Outcome = Result<Vec<(usize, String)>, String>;

pub(super) async fn publish(batch: &[Pending]) -> Published {
    let topics = Topics::read();
    let mut published = Published {
        deliveries: vec![Delivery::Held; batch.len()],
        unavailable: None,
    };
    let mut refused: HashSet<&str> = HashSet::new();
    let started = Instant::now();
    for (topic, round) in calls(batch) {
        if started.elapsed() > BUDGET {
            break;
        }
        let entries: Vec<(usize, &Pending)> = round
            .into_iter()
            .filter(|(_, pending)| !refused.contains(pending.user_id.as_str()))
            .collect();
        if entries.is_empty() {
            continue;
        }
        match call(topics.name(topic), &entries).await {
            Ok(failed) => settle(&mut published, &mut refused, &entries, &failed),
            Err(reason) => {
                published.unavailable = Some(reason);
                break;
            }
        }
    }
    published
}

/// The calls that a batch needs, in order: one per round and topic. More than one event of a user in a call could change
/// places when a part of it fails.
fn calls(batch: &[Pending]) -> Vec<(Topic, Vec<(usize, &Pending)>)> {
    let mut calls = Vec::new();
    for round in rounds(batch) {
        for topic in [Topic::Tasks, Topic::Reminders] {
            let pending = round
                .iter()
                .filter_map(|index| Some((*index, batch.get(*index)?)));
            let entries: Vec<_> = pending
                .filter(|(_, pending)| topic_of(pending) == topic)
                .collect();
            if !entries.is_empty() {
                calls.push((topic, entries));
            }
        }
    }
    calls
}

fn topic_of(pending: &Pending) -> Topic {
    EventType::parse(&pending.event_type).map_or(Topic::Tasks, EventType::topic)
}

fn settle<'a>(
    published: &mut Published,
    refused: &mut HashSet<&'a str>,
    entries: &[(usize, &'a Pending)],
    failed: &[(usize, String)],
) {
    for (index, pending) in entries {
        let reason = failed
            .iter()
            .find(|(failed, _)| failed == index)
            .map(|(_, reason)| reason.clone());
        if reason.is_some() {
            refused.insert(&pending.user_id);
        }
        if let Some(delivery) = published.deliveries.get_mut(*index) {
            *delivery = reason.map_or(Delivery::Published, Delivery::Refused);
        }
    }
}

async fn call(topic: &str, entries: &[(usize, &Pending)]) -> Outcome {
    let request = request(topic, entries)?;
    let response = platform::send(request, TIMEOUT)
        .await
        .map_err(|error| error.to_string())?;
    outcome(&response, entries.len())
}

fn request(topic: &str, entries: &[(usize, &Pending)]) -> Result<Request, String> {
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
        .collect::<Result<_, _>>()?;
    let mut builder = http::Request::post(uri).header(CONTENT_TYPE, "application/json");
    let token = variables::get("dapr_api_token");
    if !token.is_empty() {
        builder = builder.header(web::access::DAPR_TOKEN, token);
    }
    let body = serde_json::to_vec(&body).map_err(|error| error.to_string())?;
    builder.body(body).map_err(|error| error.to_string())
}

fn pubsub_segment(name: &str) -> String {
    // Component names are DNS labels: letters, digits, `-` and `.`, which need no encoding.
    name.chars()
        .filter(|c| c.is_ascii_alphanumeric() || matches!(c, '-' | '.' | '_'))
        .collect()
}

fn entry(index: usize, pending: &Pending) -> Result<Entry<'_>, String> {
    Ok(Entry {
        entry_id: index.to_string(),
        event: with_trace_id(&pending.event).map_err(|error| error.to_string())?,
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

/// The one reason that is the event's own and never passes, as Kafka and its client word it.
fn is_too_large(error: &str) -> bool {
    ["too large", "larger than"]
        .iter()
        .any(|words| error.contains(words))
}

/// What an answer says of each entry. When every entry failed it is the broker that is away, not the events that are
/// at fault: an outage must use up nobody's attempts.
fn outcome(response: &Response, entries: usize) -> Outcome {
    if response.status().is_success() {
        return Ok(Vec::new());
    }
    let failure: Failure = serde_json::from_slice(response.body()).unwrap_or_default();
    let failed: Vec<(usize, String)> = failure
        .failed_entries
        .into_iter()
        .filter_map(|failed| Some((failed.entry_id.parse().ok()?, failed.error)))
        .collect();
    let some = !failed.is_empty() && failed.len() < entries;
    if some || (!failed.is_empty() && failed.iter().all(|(_, error)| is_too_large(error))) {
        return Ok(failed);
    }
    let text = String::from_utf8_lossy(response.body());
    Err(format!(
        "{}: {}",
        response.status(),
        text.chars().take(300).collect::<String>()
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn answer(status: u16, body: &str) -> Response {
        http::Response::builder()
            .status(status)
            .body(body.as_bytes().to_vec())
            .unwrap()
    }

    #[test]
    fn one_failed_entry_of_two_is_the_events_fault() {
        let body = r#"{"failedEntries":[{"entryId":"7","error":"too large"}],"errorCode":"ERR_PUBSUB_PUBLISH_MESSAGE"}"#;
        assert_eq!(
            outcome(&answer(500, body), 2),
            Ok(vec![(7, "too large".to_owned())])
        );
    }

    #[test]
    fn a_failure_of_all_is_the_bus_being_away() {
        let body = r#"{"failedEntries":[{"entryId":"7","error":"no broker"}]}"#;
        assert!(outcome(&answer(500, body), 1).is_err());
        assert!(outcome(&answer(413, ""), 1).is_err());
        assert_eq!(outcome(&answer(204, ""), 1), Ok(vec![]));
    }

    #[test]
    fn an_event_that_is_too_large_is_at_fault_even_when_alone() {
        let body =
            r#"{"failedEntries":[{"entryId":"0","error":"kafka server: message was too large"}]}"#;
        assert_eq!(
            outcome(&answer(500, body), 1).map(|failed| failed.len()),
            Ok(1)
        );
    }

    #[test]
    fn the_trace_survives_the_sidecar() {
        let event = with_trace_id(r#"{"id":"1","traceparent":"00-a-b-01"}"#).unwrap();
        assert_eq!(event["traceid"], "00-a-b-01");
        assert_eq!(with_trace_id(r#"{"id":"1"}"#).unwrap().get("traceid"), None);
    }
}
