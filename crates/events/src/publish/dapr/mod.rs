//! The Dapr sidecar: bulk publish, with the user as the partition key of each entry.
//!
//! A call may have several events of one user, in their order. They have the same record key, so they go to the same
//! partition, and Kafka's client keeps the order of a partition. When one of them fails, what the client took behind it is
//! published again (see [`Progress::note`]).

mod calls;
mod request;
mod response;

use super::batch::{Progress, PublishOutcome, Published};
use super::lease::{KeepAlive, RENEW_AFTER};
use crate::topology::topic_name;
use calls::{Call, Numbered, calls};
use request::{Impossible, request};
use response::{CallOutcome, outcome};
use std::time::{Duration, Instant};
use storage::outbox::Pending;

/// How long the sidecar may take for a call.
const TIMEOUT: Duration = Duration::from_secs(5);
/// After this no further call of a batch begins, so that what was published is recorded soon.
const BUDGET: Duration = Duration::from_secs(4);

pub(super) async fn publish(batch: &[Pending], lease: &dyn KeepAlive) -> Published {
    let mut progress = Progress::of(batch);
    let mut calls = calls(batch);
    let started = Instant::now();
    while let Some(mut call) = calls.pop_front() {
        if started.elapsed() > BUDGET {
            break;
        }
        call.entries.retain(|(place, _)| progress.may_go_on(*place));
        if call.entries.is_empty() {
            continue;
        }
        match send(&call, lease).await {
            CallOutcome::Entries(failed) => {
                for (place, _) in &call.entries {
                    let failure = failed.iter().find(|(failed, _)| failed == place);
                    let outcome = failure.map(|(_, outcome)| outcome.clone());
                    progress.note(*place, outcome.unwrap_or(PublishOutcome::Published));
                }
            }
            CallOutcome::Away(reason) => progress.note_away(call.topic, reason),
            CallOutcome::Unreadable(reason) => match call.entries.as_slice() {
                [(place, _)] => progress.note(*place, PublishOutcome::Rejected(reason)),
                // Each in a call of its own, next: so the one that is at fault is found, and the others are published.
                _ => {
                    for entry in call.entries.into_iter().rev() {
                        let (topic, entries) = (call.topic, vec![entry]);
                        calls.push_front(Call { topic, entries });
                    }
                }
            },
        }
    }
    progress.finish()
}

async fn send(call: &Call<'_>, lease: &dyn KeepAlive) -> CallOutcome {
    let entries: &[Numbered<'_>] = &call.entries;
    let request = match request(&topic_name(call.topic), entries) {
        Ok(request) => request,
        Err(Impossible::Entry(reason)) => return CallOutcome::Unreadable(reason),
        Err(Impossible::Address(reason)) => return CallOutcome::Away(reason),
    };
    let keep_alive = async || lease.keep_alive().await;
    match platform::send_while(request, TIMEOUT, RENEW_AFTER, keep_alive).await {
        Ok(response) => outcome(&response),
        Err(error) => CallOutcome::Away(error.to_string()),
    }
}
