//! The Dapr sidecar: bulk publish, with the user as the partition key of each entry.

mod answer;
mod calls;
mod request;

use super::{Delivery, Published};
use crate::settings::Topics;
use answer::{Outcome, outcome};
use calls::{Call, Numbered, calls};
use domain::event::Topic;
use request::{Impossible, request};
use std::collections::HashSet;
use std::time::{Duration, Instant};
use storage::outbox::Pending;

/// How long the sidecar may take for a call; the drain's lease is longer.
const TIMEOUT: Duration = Duration::from_secs(5);
/// After this no further call of a batch begins: together with the last one it stays within the lease.
const BUDGET: Duration = Duration::from_secs(4);

pub(super) async fn publish(batch: &[Pending]) -> Published {
    let topics = Topics::read();
    let mut progress = Progress::of(batch);
    let mut calls = calls(batch);
    let started = Instant::now();
    while let Some(call) = calls.pop_front() {
        if started.elapsed() > BUDGET {
            break;
        }
        let entries = progress.still_wanted(&call);
        if entries.is_empty() {
            continue;
        }
        match send(topics.name(call.topic), &entries).await {
            Outcome::Taken(failed) => progress.settle(&entries, &failed),
            Outcome::Away(reason) => progress.published.away.push((call.topic, reason)),
            Outcome::Unreadable(reason) => match entries.as_slice() {
                [(index, _)] => progress.settle(&entries, &[(*index, reason)]),
                // Each in a call of its own, next: so the one that is at fault is found, and the others are published.
                _ => {
                    for entry in entries.into_iter().rev() {
                        let (topic, entries) = (call.topic, vec![entry]);
                        calls.push_front(Call { topic, entries });
                    }
                }
            },
        }
    }
    progress.published
}

/// What has become of a batch so far.
struct Progress<'a> {
    published: Published,
    /// The users of refused events: nothing of theirs may overtake these.
    refused: HashSet<&'a str>,
}

impl<'a> Progress<'a> {
    fn of(batch: &[Pending]) -> Self {
        Self {
            published: Published {
                deliveries: vec![Delivery::Held; batch.len()],
                away: Vec::new(),
            },
            refused: HashSet::new(),
        }
    }

    fn is_away(&self, topic: Topic) -> bool {
        let mut away = self.published.away.iter();
        away.any(|(one, _)| *one == topic)
    }

    fn still_wanted(&self, call: &Call<'a>) -> Vec<Numbered<'a>> {
        if self.is_away(call.topic) {
            return Vec::new();
        }
        let entries = call.entries.iter().copied();
        entries
            .filter(|(_, pending)| !self.refused.contains(pending.user_id.as_str()))
            .collect()
    }

    fn settle(&mut self, entries: &[Numbered<'a>], failed: &[(usize, String)]) {
        for (index, pending) in entries {
            let reason = failed
                .iter()
                .find(|(failed, _)| failed == index)
                .map(|(_, reason)| reason.clone());
            if reason.is_some() {
                self.refused.insert(&pending.user_id);
            }
            if let Some(delivery) = self.published.deliveries.get_mut(*index) {
                *delivery = reason.map_or(Delivery::Published, Delivery::Refused);
            }
        }
    }
}

async fn send(topic: &str, entries: &[Numbered<'_>]) -> Outcome {
    let request = match request(topic, entries) {
        Ok(request) => request,
        Err(Impossible::Entry(reason)) => return Outcome::Unreadable(reason),
        Err(Impossible::Address(reason)) => return Outcome::Away(reason),
    };
    match platform::send(request, TIMEOUT).await {
        Ok(response) => outcome(&response, entries.len()),
        Err(error) => Outcome::Away(error.to_string()),
    }
}
