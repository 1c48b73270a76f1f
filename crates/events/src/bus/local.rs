//! The local bus: events go to their components by service chaining, one after the other. For a laptop without a broker.

use super::{Delivery, Published};
use crate::answer::Answer;
use crate::routes::{self, Route};
use domain::event::EventType;
use http::header::CONTENT_TYPE;
use platform::SendError;
use std::collections::HashSet;
use std::time::{Duration, Instant};
use storage::outbox::Pending;

/// For one delivery, all its calls together: longer than SQLite waits for a lock, shorter than the drain's lease.
const TIMEOUT: Duration = Duration::from_secs(6);
/// After this no further event of a batch is delivered: together with the last one it stays within the lease.
const BUDGET: Duration = Duration::from_secs(3);

pub(super) async fn publish(batch: &[Pending]) -> Published {
    let mut refused = HashSet::new();
    let mut deliveries = Vec::with_capacity(batch.len());
    let started = Instant::now();
    for pending in batch {
        if refused.contains(&pending.user_id) || started.elapsed() > BUDGET {
            deliveries.push(Delivery::Held);
            continue;
        }
        let delivery = deliver(pending).await;
        if delivery != Delivery::Published {
            refused.insert(&pending.user_id);
        }
        deliveries.push(delivery);
    }
    Published {
        deliveries,
        away: Vec::new(),
    }
}

async fn deliver(pending: &Pending) -> Delivery {
    let Some(event_type) = EventType::parse(&pending.event_type) else {
        return Delivery::Published;
    };
    let body = pending.event.as_bytes();
    let started = Instant::now();
    let route = routes::of_topic(event_type.topic());
    let answer = match chain(route, body).await {
        Ok(Answer::Drop(_)) => {
            let left = TIMEOUT.saturating_sub(started.elapsed());
            chain_within(left, routes::DEAD_LETTER, body).await
        }
        answer => answer,
    };
    match answer {
        Ok(Answer::Success(_) | Answer::Drop(_)) => Delivery::Published,
        Ok(Answer::Retry(reason)) => Delivery::Refused(reason),
        Err(error) => Delivery::Refused(error.to_string()),
    }
}

/// Hands an event to a component of this application, without the network.
///
/// # Errors
/// [`SendError`] when the component cannot be reached.
pub(crate) async fn chain(route: Route, event: &[u8]) -> Result<Answer, SendError> {
    chain_within(TIMEOUT, route, event).await
}

async fn chain_within(timeout: Duration, route: Route, event: &[u8]) -> Result<Answer, SendError> {
    let uri = format!("http://{}.spin.internal{}", route.component, route.path);
    let request = http::Request::post(uri)
        .header(CONTENT_TYPE, "application/cloudevents+json")
        .header(
            web::access::DAPR_TOKEN,
            platform::variables::get("app_api_token"),
        )
        .body(event.to_vec())
        .map_err(|error| SendError::Invalid(error.to_string()))?;
    Ok(Answer::of(&platform::send(request, timeout).await?))
}
