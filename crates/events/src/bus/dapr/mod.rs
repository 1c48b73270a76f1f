//! The Dapr sidecar: bulk publish, with the user as the partition key of each entry.

mod answer;

use super::{Delivery, Published, rounds};
use crate::settings::Topics;
use answer::{Outcome, outcome};
use domain::event::{EventType, Topic};
use http::header::CONTENT_TYPE;
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use platform::{Request, variables};
use serde::Serialize;
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
