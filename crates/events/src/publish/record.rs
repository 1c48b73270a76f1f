//! Recording what became of a batch: published events are marked, users of events that were not taken wait, and what the
//! bus rejects for good becomes a dead letter.

use super::batch::{PublishOutcome, Published};
use super::lease::KeepAlive;
use crate::ack::Ack;
use crate::{peer, topology};
use platform::log;
use storage::outbox::{self, Pending};
use storage::{DbError, Store, order, shards, waiting};

/// How long a user waits whose event the bus did not take.
const WAIT_SECONDS: i64 = 1;
/// How long nobody tries a topic again that took nothing.
const PAUSE_SECONDS: i64 = 1;

/// Records the outcomes of a batch. Returns the users that wait from now on; also those of whom some events may
/// wait behind a dead letter, so that the next search decides.
pub(super) async fn record_outcomes<'a>(
    store: &Store,
    batch: &'a [Pending],
    published: &Published,
    lease: &dyn KeepAlive,
) -> Result<Vec<&'a str>, DbError> {
    let both = || batch.iter().zip(&published.outcomes);
    let done: Vec<&Pending> = both()
        .filter(|(_, outcome)| matches!(outcome, PublishOutcome::Published | PublishOutcome::Dead))
        .map(|(pending, _)| pending)
        .collect();
    outbox::mark_published(store, &done).await?;
    let mut waiting_now = Vec::new();
    let mut deferred: Vec<(&str, &str)> = Vec::new();
    for (pending, outcome) in both() {
        match outcome {
            PublishOutcome::Deferred(reason) => {
                if !deferred.iter().any(|(user, _)| *user == pending.user_id) {
                    deferred.push((&pending.user_id, reason));
                }
            }
            PublishOutcome::Rejected(reason) => {
                if reject(store, pending, reason, lease).await? {
                    waiting_now.push(pending.user_id.as_str());
                }
            }
            PublishOutcome::Dead => waiting_now.push(pending.user_id.as_str()),
            PublishOutcome::Published | PublishOutcome::Untried => {}
        }
    }
    deferred.retain(|(user, _)| !waiting_now.contains(user));
    waiting::wait_all(store, &deferred, WAIT_SECONDS).await?;
    if let Some((_, reason)) = deferred.first() {
        log::warn(format!(
            "{} users wait, no attempt is counted: {reason}",
            deferred.len()
        ));
    }
    waiting_now.extend(deferred.iter().map(|(user, _)| *user));
    for (topic, reason) in &published.away {
        log::warn(format!(
            "topic {topic} takes nothing now, its events stay in the outbox and no attempt is counted: {reason}"
        ));
        shards::pause(store, *topic, PAUSE_SECONDS).await?;
    }
    Ok(waiting_now)
}

/// Counts a rejection: the user waits for the next attempt, or the event is a dead letter. `true` when the user, or perhaps some
/// of his events, wait.
async fn reject(
    store: &Store,
    pending: &Pending,
    reason: &str,
    lease: &dyn KeepAlive,
) -> Result<bool, DbError> {
    let attempts = outbox::mark_rejected(store, pending, reason).await?;
    let Some(attempts) = attempts else {
        // Another drain has recorded an outcome.
        return Ok(false);
    };
    if attempts >= outbox::MAX_ATTEMPTS {
        lease.keep_alive().await;
        if keep_as_dead_letter(pending).await {
            outbox::mark_dead(store, pending).await?;
            return Ok(order::waits());
        }
    }
    let seconds = 1 << (attempts - 1).clamp(0, 5);
    log::warn(format!(
        "event {} {} of {} rejected, comes again in {seconds} s: {reason}",
        pending.seq, pending.event_type, pending.user_id
    ));
    waiting::wait(store, &pending.user_id, reason, seconds).await?;
    Ok(true)
}

/// Hands an event to the component that keeps dead letters; `false` when it did not take it.
async fn keep_as_dead_letter(pending: &Pending) -> bool {
    let event = pending.event.as_bytes();
    match peer::deliver(topology::DEAD_LETTER, event, peer::TIMEOUT).await {
        Ok(Ack::Success(_)) => true,
        other => {
            let seq = pending.seq;
            log::warn(format!(
                "event {seq} is not kept as a dead letter, it comes again: {other:?}"
            ));
            false
        }
    }
}
