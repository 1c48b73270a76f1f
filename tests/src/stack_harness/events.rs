//! A record of a topic, read as the event that it holds.

use std::collections::BTreeSet;

use serde_json::Value;
use stack::Record;

use crate::contract::assert_seen;

/// Each event where it came first, because any event may come again; `events` are in the order of their partition.
pub fn first_occurrences<'a>(events: &[&'a KafkaEvent]) -> Vec<&'a KafkaEvent> {
    let mut seen = BTreeSet::new();
    let first = events.iter().filter(|event| seen.insert(event.id()));
    first.copied().collect()
}

/// One record with the JSON in it: an event as `docs/asyncapi.json` has it.
#[derive(Clone, Debug)]
pub struct KafkaEvent {
    /// The record.
    pub record: Record,
    /// What it holds; null when it is not JSON.
    pub json: Value,
}

impl KafkaEvent {
    #[track_caller]
    pub(crate) fn new(record: Record) -> Self {
        let json = serde_json::from_str(&record.value).unwrap_or_default();
        assert_seen(&json);
        Self { record, json }
    }

    /// The event id; empty when there is none.
    pub fn id(&self) -> &str {
        self.json["id"].as_str().unwrap_or_default()
    }

    /// The event type; empty when there is none.
    pub fn kind(&self) -> &str {
        self.json["type"].as_str().unwrap_or_default()
    }

    /// The user that the event is about; empty when there is none.
    pub fn user(&self) -> &str {
        self.json["data"]["user_id"].as_str().unwrap_or_default()
    }

    /// The task that the event is about; empty when there is none.
    pub fn task(&self) -> &str {
        self.json["data"]["task_id"].as_str().unwrap_or_default()
    }

    /// The version of the task that the event made.
    pub fn version(&self) -> u64 {
        self.json["data"]["version"].as_u64().unwrap_or_default()
    }
}
