//! The Dapr sidecar: bulk publish, with the user as the partition key of each entry.

mod calls;
mod request;
mod response;

use super::{PublishOutcome, Published};
use crate::topology::topic_name;
use calls::{Call, Numbered, calls};
use domain::event::Topic;
use request::{Impossible, request};
use response::{CallOutcome, outcome};
use std::collections::HashSet;
use std::time::{Duration, Instant};
use storage::outbox::Pending;

/// How long the sidecar may take for a call; the drain's lease is longer.
const TIMEOUT: Duration = Duration::from_secs(5);
/// After this no further call of a batch begins: together with the last one it stays within the lease.
const BUDGET: Duration = Duration::from_secs(4);

pub(super) async fn publish(batch: &[Pending]) -> Published {
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
        match send(&topic_name(call.topic), &entries).await {
            CallOutcome::Accepted(failed) => progress.settle(&entries, &failed),
            CallOutcome::Away(reason) => progress.published.away.push((call.topic, reason)),
            CallOutcome::Unreadable(reason) => match entries.as_slice() {
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
                outcomes: vec![PublishOutcome::Deferred; batch.len()],
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
            if let Some(delivery) = self.published.outcomes.get_mut(*index) {
                *delivery = reason.map_or(PublishOutcome::Published, PublishOutcome::Rejected);
            }
        }
    }
}

async fn send(topic: &str, entries: &[Numbered<'_>]) -> CallOutcome {
    let request = match request(topic, entries) {
        Ok(request) => request,
        Err(Impossible::Entry(reason)) => return CallOutcome::Unreadable(reason),
        Err(Impossible::Address(reason)) => return CallOutcome::Away(reason),
    };
    match platform::send(request, TIMEOUT).await {
        Ok(response) => outcome(&response, entries.len()),
        Err(error) => CallOutcome::Away(error.to_string()),
    }
}
