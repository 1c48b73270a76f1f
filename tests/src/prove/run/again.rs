//! Deliveries beside those of the outbox: records that come again, and poison.

use std::collections::BTreeSet;
use std::sync::{Mutex, PoisonError};

use domain::event::Topic;
use serde_json::{Value, json};

use super::taps::Taps;
use crate::client::Client;
use crate::event::new_id;
use crate::prove::history::POISON;
use crate::prove::schedule::Way;
use crate::random::Random;
use crate::stack_harness::KafkaEvent;

/// Puts records into topics by the sidecars, and events into hosts past them.
pub(super) struct Again<'a> {
    taps: &'a Taps,
    hosts: Vec<Client>,
    sidecars: Vec<Client>,
    poison: Mutex<BTreeSet<String>>,
}

impl<'a> Again<'a> {
    pub(super) fn new(taps: &'a Taps, hosts: &[String], sidecars: &[String]) -> Self {
        let clients = |urls: &[String]| urls.iter().map(|url| Client::new(url)).collect();
        Self {
            taps,
            hosts: clients(hosts),
            sidecars: clients(sidecars),
            poison: Mutex::default(),
        }
    }

    /// Delivers the last `count` records of the user once more, in an order drawn from `order`. What a fault keeps from
    /// arriving does not arrive.
    pub(super) fn deliver(&self, user: &str, count: usize, order: u64, way: Way, host: usize) {
        let mut last: Vec<(Topic, KafkaEvent)> = Vec::new();
        for &topic in Topic::ALL {
            let records = self.taps.records(topic, |event| {
                event.user() == user && !event.id().starts_with(POISON)
            });
            last.extend(
                records
                    .into_iter()
                    .rev()
                    .take(count)
                    .map(|record| (topic, record)),
            );
        }
        let mut random = Random::new(order);
        for n in (1..last.len()).rev() {
            last.swap(n, random.below(n as u64 + 1) as usize);
        }
        for (topic, event) in last.iter().take(count) {
            let body = &event.record.value;
            match way {
                Way::Broker => {
                    self.publish(user, *topic, &event.json, host);
                }
                Way::Direct => {
                    let path = format!("/api/events/{topic}");
                    let call = self.hosts[host].call("POST", &path);
                    let _ = call
                        .raw("application/cloudevents+json", body.as_bytes())
                        .try_send();
                }
            }
        }
    }

    /// Puts an event that lacks what it must have into the topic; its id, when the broker has it.
    pub(super) fn poison(&self, user: &str, topic: Topic, name: &str) -> Option<String> {
        let id = format!("{POISON}{name}-{}", new_id());
        let kind = if topic == Topic::Tasks {
            "task.created"
        } else {
            "reminder.triggered"
        };
        let event = json!({"specversion": "1.0", "id": id, "type": kind, "source": "todo-backend", "partitionkey": user,
                           "traceparent": "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
                           "data": {"user_id": user}});
        let taken = (0..self.sidecars.len()).any(|n| self.publish(user, topic, &event, n));
        taken.then(|| {
            self.poison
                .lock()
                .unwrap_or_else(PoisonError::into_inner)
                .insert(id.clone());
            id
        })
    }

    /// The ids of the poison that is in a topic.
    pub(super) fn poisoned(&self) -> BTreeSet<String> {
        self.poison
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .clone()
    }

    /// By the bulk call, as the outbox does.
    fn publish(&self, user: &str, topic: Topic, event: &Value, sidecar: usize) -> bool {
        let mut event = event.clone();
        // Without this older name, the sidecar would blank the trace.
        event["traceid"] = event["traceparent"].clone();
        let path = format!("/v1.0/publish/bulk/kafka-pubsub/{topic}");
        let entries = json!([{"entryId": "1", "event": event, "contentType": "application/cloudevents+json",
                              "metadata": {"partitionKey": user}}]);
        let sent = self.sidecars[sidecar]
            .call("POST", &path)
            .json(&entries)
            .try_send();
        sent.is_ok_and(|reply| reply.status() == 204)
    }
}
