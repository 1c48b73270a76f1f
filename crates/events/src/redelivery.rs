//! Delivers again, by service chaining, what was not handled within Dapr's retries: a bounded number of times, then it is
//! a dead letter. It does not go through its topic again, where one that fails for ever would stop its partition again.

use crate::ack::Ack;
use crate::peer::{self, TIMEOUT};
use crate::topology::{self, DEAD_LETTER};
use domain::event::EventType;
use platform::{DbError, log};
use std::time::{Duration, Instant};
use storage::Store;
use storage::redeliveries::{self, Redelivery};

/// After so many attempts it is a dead letter: with the pauses of the storage crate, five minutes after the first.
const ATTEMPTS: i64 = 6;

/// After this no further event is claimed. An event takes two calls of [`TIMEOUT`] at most, so that the job ends within the
/// 30 s that Dapr gives it.
const BUDGET: Duration = Duration::from_secs(10);

/// Delivers what is due, one event after the other.
///
/// # Errors
/// [`DbError`]; what has been claimed comes again.
pub async fn deliver_due(store: &Store) -> Result<(), DbError> {
    let started = Instant::now();
    while started.elapsed() < BUDGET {
        let Some(due) = redeliveries::claim(store).await? else {
            break;
        };
        attempt(store, due).await?;
    }
    Ok(())
}

async fn attempt(store: &Store, due: Redelivery) -> Result<(), DbError> {
    if due.given_up.is_none() {
        match handle_again(&due).await {
            Ack::Success(outcome) => {
                log::info(format!(
                    "handled by redelivery {}: {}: {outcome}",
                    due.attempts, due.event_id
                ));
                return redeliveries::remove(store, &due.event_id).await;
            }
            Ack::Retry(reason) if due.attempts < ATTEMPTS => {
                log::warn(format!(
                    "redelivery {} of {ATTEMPTS} failed: {}: {reason}",
                    due.attempts, due.event_id
                ));
                return Ok(());
            }
            Ack::Retry(reason) => {
                let reason =
                    format!("not handled within the retries and {ATTEMPTS} redeliveries: {reason}");
                redeliveries::give_up(store, &due.event_id, &reason).await?;
            }
            Ack::Drop(reason) => redeliveries::give_up(store, &due.event_id, &reason).await?,
        }
    }
    match peer::deliver(DEAD_LETTER, due.event.as_bytes(), TIMEOUT).await {
        Ok(Ack::Success(_)) => redeliveries::remove(store, &due.event_id).await,
        // It stays down as given up, and the next claim tries only this.
        _ => Ok(()),
    }
}

async fn handle_again(due: &Redelivery) -> Ack {
    let Some(event_type) = EventType::parse(&due.event_type) else {
        return Ack::Drop("unknown type".to_owned());
    };
    let route = topology::route_of_topic(event_type.topic());
    peer::deliver(route, due.event.as_bytes(), TIMEOUT)
        .await
        .unwrap_or_else(|error| Ack::Retry(error.to_string()))
}
