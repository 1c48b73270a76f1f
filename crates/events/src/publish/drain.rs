//! The drain: publishes what is in the outbox. One for all: whoever holds the lease publishes everybody's events.

use super::{Bus, PublishOutcome, Published, bus};
use crate::ack::Ack;
use crate::{peer, topology};
use domain::event::Topic;
use platform::log;
use storage::outbox::{self, Pending};
use storage::{DbError, Store, leases};

const LEASE: &str = "outbox";
/// Longer than the bus takes for a batch, or for a dead letter; a drain that died is followed by another after this.
const LEASE_SECONDS: i64 = 10;
/// How long nobody tries again after a topic took nothing.
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
    if bus() == Bus::Local && pending_now().await {
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
async fn drain() -> Result<(), DbError> {
    let store = Store::open().await?;
    let owner = platform::new_id().to_string();
    // A row committed between the last look and the release would stay behind: so look once more after it.
    while leases::acquire(&store, LEASE, &owner, LEASE_SECONDS).await? {
        let away = match publish_all(&store, &owner).await {
            Ok(away) => away,
            Err(error) => {
                // The first error is the one to report.
                let _ = leases::release(&store, LEASE, &owner).await;
                return Err(error);
            }
        };
        if !away.is_empty() {
            leases::acquire(&store, LEASE, &owner, PAUSE_SECONDS).await?;
            return Ok(());
        }
        leases::release(&store, LEASE, &owner).await?;
        if !outbox::any_pending(&store).await? {
            return Ok(());
        }
    }
    Ok(())
}

/// Publishes batch after batch; returns the topics that take nothing now. Such a topic is left out as soon as that shows,
/// until the next drain; there is no order between the topics that anybody could see.
async fn publish_all(store: &Store, owner: &str) -> Result<Vec<Topic>, DbError> {
    let size = super::batch_size();
    let mut away = Vec::new();
    loop {
        let batch = outbox::pending(store, all_but(&away), size).await?;
        if batch.is_empty() {
            return Ok(away);
        }
        let published = super::publish(&batch).await;
        settle(store, owner, &batch, &published).await?;
        let more = batch.len() == size || !published.away.is_empty();
        for (topic, reason) in published.away {
            log::warn(format!(
                "topic {topic} takes nothing now, its events stay in the outbox and no attempt is counted: {reason}"
            ));
            away.push(topic);
        }
        let all_away = away.len() == Topic::ALL.len();
        if all_away || !more || !leases::acquire(store, LEASE, owner, LEASE_SECONDS).await? {
            return Ok(away);
        }
    }
}

/// The topic that is left when another is away; `None` when none is.
fn all_but(away: &[Topic]) -> Option<Topic> {
    let left = Topic::ALL.iter().find(|topic| !away.contains(topic));
    left.copied().filter(|_| !away.is_empty())
}

async fn settle(
    store: &Store,
    owner: &str,
    batch: &[Pending],
    published: &Published,
) -> Result<(), DbError> {
    let both = || batch.iter().zip(&published.outcomes);
    let done: Vec<&Pending> = both()
        .filter(|(_, delivery)| **delivery == PublishOutcome::Published)
        .map(|(pending, _)| pending)
        .collect();
    outbox::mark_published(store, &done).await?;
    let mut last = Vec::new();
    for (pending, delivery) in both() {
        if let PublishOutcome::Rejected(reason) = delivery
            && refuse(store, pending, reason).await?
        {
            last.push(pending);
        }
    }
    for pending in last {
        // Each may take as long as a batch.
        if !leases::acquire(store, LEASE, owner, LEASE_SECONDS).await? {
            return Ok(());
        }
        if bury(pending).await {
            outbox::mark_dead(store, pending).await?;
        }
    }
    Ok(())
}

/// Notes a refusal; `true` when it was the last that the event may have.
async fn refuse(store: &Store, pending: &Pending, reason: &str) -> Result<bool, DbError> {
    let seconds = 1 << pending.attempts.clamp(0, 5);
    let attempts = outbox::mark_refused(store, pending, reason, seconds).await?;
    let last = attempts.is_some_and(|attempts| attempts >= outbox::MAX_ATTEMPTS);
    if attempts.is_some() && !last {
        log::warn(format!(
            "event {} {} of {} refused, comes again in {seconds} s: {reason}",
            pending.seq, pending.event_type, pending.user_id
        ));
    }
    Ok(last)
}

/// Hands an event to the component that keeps dead letters; `false` when it did not take it, so that it is tried again.
async fn bury(pending: &Pending) -> bool {
    match peer::deliver(
        topology::DEAD_LETTER,
        pending.event.as_bytes(),
        peer::TIMEOUT,
    )
    .await
    {
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_left_is_the_other_topic() {
        assert_eq!(all_but(&[]), None);
        assert_eq!(all_but(&[Topic::Tasks]), Some(Topic::Reminders));
        assert_eq!(all_but(&[Topic::Reminders]), Some(Topic::Tasks));
    }
}
