//! The local bus: events go to their components by service chaining, one after the other. For a laptop without a broker.

use super::batch::{Progress, PublishOutcome, Published, topic_of};
use super::lease::{KeepAlive, RENEW_AFTER};
use crate::ack::Ack;
use crate::peer::{TIMEOUT, deliver_while};
use crate::topology::{DEAD_LETTER, route_of_topic};
use domain::event::EventType;
use std::time::{Duration, Instant};
use storage::order;
use storage::outbox::Pending;

/// After this no further event of a batch is delivered, so that what was delivered is recorded soon.
const BUDGET: Duration = Duration::from_secs(3);

pub(super) async fn publish(batch: &[Pending], lease: &dyn KeepAlive) -> Published {
    let mut progress = Progress::of(batch);
    let started = Instant::now();
    for (place, pending) in batch.iter().enumerate() {
        if progress.may_go_on(place) && started.elapsed() < BUDGET {
            progress.note(place, deliver(pending, lease).await);
        }
    }
    progress.finish()
}

/// There is no broker that would try a delivery again, so a component that fails uses up the attempts of its event.
async fn deliver(pending: &Pending, lease: &dyn KeepAlive) -> PublishOutcome {
    if EventType::parse(&pending.event_type).is_none() {
        return PublishOutcome::Published;
    }
    let body = pending.event.as_bytes();
    let started = Instant::now();
    let keep_alive = async || lease.keep_alive().await;
    let route = route_of_topic(topic_of(pending));
    let mut taken = PublishOutcome::Published;
    let ack = match deliver_while(route, body, TIMEOUT, RENEW_AFTER, keep_alive).await {
        Ok(Ack::Drop(_)) => {
            if order::waits() {
                taken = PublishOutcome::Dead;
            }
            let left = TIMEOUT.saturating_sub(started.elapsed());
            deliver_while(DEAD_LETTER, body, left, RENEW_AFTER, keep_alive).await
        }
        ack => ack,
    };
    match ack {
        Ok(Ack::Success(_) | Ack::Drop(_)) => taken,
        Ok(Ack::Retry(reason)) => PublishOutcome::Rejected(reason),
        Err(error) => PublishOutcome::Rejected(error.to_string()),
    }
}
