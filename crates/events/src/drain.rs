//! The drain: publishes what is in the outbox. One for all: whoever holds the lease publishes everybody's events.

use crate::answer::Answer;
use crate::bus::{self, Delivery, Published};
use crate::routes;
use crate::settings::{self, BusKind};
use platform::log;
use storage::outbox::{self, Pending};
use storage::{DbError, Store, leases};

const LEASE: &str = "outbox";
/// Longer than any call to the bus; a drain that died is followed by another after this.
const LEASE_SECONDS: i64 = 10;
/// How long nobody tries again after the bus did not work.
const PAUSE_SECONDS: i64 = 1;

/// The work after a response that changed something.
pub async fn after_change() {
    if let Err(error) = drain().await {
        log::warn(format!(
            "drain stopped, the events stay in the outbox: {error}"
        ));
    }
}

/// The work after a response that changed nothing. With the local bus there is no cron binding that would pick up what a
/// killed host left behind, so every call looks.
pub async fn after_read() {
    if settings::bus() == BusKind::Local && pending_now().await {
        after_change().await;
    }
}

async fn pending_now() -> bool {
    let Ok(store) = Store::open().await else {
        return false;
    };
    outbox::any_pending(&store).await.unwrap_or_default()
}

/// Publishes until nothing is pending, unless another drain is at it.
///
/// # Errors
/// [`DbError`]; what is not marked is published again, so nothing is lost.
pub async fn drain() -> Result<(), DbError> {
    let store = Store::open().await?;
    let owner = platform::new_id().to_string();
    // A row committed between the last look and the release would stay behind: so look once more after it.
    while leases::take(&store, LEASE, &owner, LEASE_SECONDS).await? {
        if let Some(reason) = publish_all(&store, &owner).await? {
            log::warn(format!(
                "bus unavailable, the events stay in the outbox: {reason}"
            ));
            leases::take(&store, LEASE, &owner, PAUSE_SECONDS).await?;
            return Ok(());
        }
        leases::release(&store, LEASE, &owner).await?;
        if !outbox::any_pending(&store).await? {
            return Ok(());
        }
    }
    Ok(())
}

/// Publishes batch after batch; returns why the bus does not work, if so.
async fn publish_all(store: &Store, owner: &str) -> Result<Option<String>, DbError> {
    let size = bus::batch_size();
    loop {
        let batch = outbox::pending(store, size).await?;
        if batch.is_empty() {
            return Ok(None);
        }
        let published = bus::publish(&batch).await;
        settle(store, &batch, &published).await?;
        if published.unavailable.is_some() {
            return Ok(published.unavailable);
        }
        if batch.len() < size || !leases::take(store, LEASE, owner, LEASE_SECONDS).await? {
            return Ok(None);
        }
    }
}

async fn settle(store: &Store, batch: &[Pending], published: &Published) -> Result<(), DbError> {
    let both = || batch.iter().zip(&published.deliveries);
    let done: Vec<i64> = both()
        .filter(|(_, delivery)| **delivery == Delivery::Published)
        .map(|(pending, _)| pending.seq)
        .collect();
    outbox::mark_published(store, &done).await?;
    for (pending, delivery) in both() {
        if let Delivery::Refused(reason) = delivery {
            refuse(store, pending, reason).await?;
        }
    }
    Ok(())
}

async fn refuse(store: &Store, pending: &Pending, reason: &str) -> Result<(), DbError> {
    let seconds = 1 << pending.attempts.clamp(0, 5);
    let last = outbox::mark_refused(store, pending.seq, reason, seconds).await?;
    if last && bury(pending).await {
        return outbox::mark_dead(store, pending.seq).await;
    }
    log::warn(format!(
        "event {} {} of {} refused, comes again in {seconds} s: {reason}",
        pending.seq, pending.event_type, pending.user_id
    ));
    Ok(())
}

/// Hands an event to the component that keeps dead letters; `false` when it did not take it, so that it is tried again.
async fn bury(pending: &Pending) -> bool {
    let answer = bus::chain(routes::DEAD_LETTER, pending.event.as_bytes()).await;
    matches!(answer, Ok(Answer::Success(_)))
}
