//! The local bus: events go to their components by service chaining, one after the other. For a laptop without a broker.

use super::{PublishOutcome, Published};
use crate::ack::Ack;
use crate::peer::TIMEOUT;
use crate::{peer, topology};
use domain::event::EventType;
use std::collections::HashSet;
use std::time::{Duration, Instant};
use storage::outbox::Pending;

/// After this no further event of a batch is delivered: together with the last one it stays within the lease.
const BUDGET: Duration = Duration::from_secs(3);

pub(super) async fn publish(batch: &[Pending]) -> Published {
    let mut refused = HashSet::new();
    let mut outcomes = Vec::with_capacity(batch.len());
    let started = Instant::now();
    for pending in batch {
        if refused.contains(&pending.user_id) || started.elapsed() > BUDGET {
            outcomes.push(PublishOutcome::Deferred);
            continue;
        }
        let delivery = deliver(pending).await;
        if delivery != PublishOutcome::Published {
            refused.insert(&pending.user_id);
        }
        outcomes.push(delivery);
    }
    Published {
        outcomes,
        away: Vec::new(),
    }
}

async fn deliver(pending: &Pending) -> PublishOutcome {
    let Some(event_type) = EventType::parse(&pending.event_type) else {
        return PublishOutcome::Published;
    };
    let body = pending.event.as_bytes();
    let started = Instant::now();
    let route = topology::route_of_topic(event_type.topic());
    let answer = match peer::deliver(route, body, TIMEOUT).await {
        Ok(Ack::Drop(_)) => {
            let left = TIMEOUT.saturating_sub(started.elapsed());
            peer::deliver(topology::DEAD_LETTER, body, left).await
        }
        answer => answer,
    };
    match answer {
        Ok(Ack::Success(_) | Ack::Drop(_)) => PublishOutcome::Published,
        Ok(Ack::Retry(reason)) => PublishOutcome::Rejected(reason),
        Err(error) => PublishOutcome::Rejected(error.to_string()),
    }
}
