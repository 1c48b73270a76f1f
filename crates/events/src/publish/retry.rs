//! Users that wait: their next event is tried again, apart from the drain, so that a bus that fails slowly for some users
//! delays nobody else.

use super::batch::PublishOutcome;
use super::bus::publish;
use super::lease::NamedLease;
use super::record::record_outcomes;
use std::time::{Duration, Instant};
use storage::outbox;
use storage::{DbError, Store, waiting};

const LEASE: &str = "retry";
/// How many users are tried at first, and again after a failure. While all succeed the number doubles.
const FEW: usize = 8;
const MOST: usize = 100;
/// After this no further call begins.
const BUDGET: Duration = Duration::from_secs(3);

/// Tries the next event of each user that has waited long enough. Whose event is taken waits no longer: the drain
/// publishes the rest.
pub(super) async fn retry(store: &Store) -> Result<(), DbError> {
    if waiting::due(store, 1).await?.is_empty() {
        return Ok(());
    }
    let Some(lease) = NamedLease::acquire(store, LEASE).await? else {
        return Ok(());
    };
    let result = try_due(store, &lease).await;
    lease.release().await?;
    result
}

async fn try_due(store: &Store, lease: &NamedLease<'_>) -> Result<(), DbError> {
    let started = Instant::now();
    let mut size = FEW;
    while started.elapsed() < BUDGET && lease.is_held().await? {
        let users = waiting::due(store, size).await?;
        if users.is_empty() {
            return Ok(());
        }
        size = match try_users(store, lease, &users).await? {
            Tried::AllTaken => (size * 2).min(MOST),
            Tried::SomeWait => FEW,
            Tried::BusAway => return Ok(()),
        };
    }
    Ok(())
}

enum Tried {
    AllTaken,
    SomeWait,
    BusAway,
}

async fn try_users(
    store: &Store,
    lease: &NamedLease<'_>,
    users: &[String],
) -> Result<Tried, DbError> {
    let batch = outbox::first_of(store, users).await?;
    let published = publish(&batch, lease).await;
    let waiting_still = record_outcomes(store, &batch, &published, lease).await?;
    let both = batch.iter().zip(&published.outcomes);
    let untried: Vec<&str> = both
        .filter(|(_, outcome)| **outcome == PublishOutcome::Untried)
        .map(|(pending, _)| pending.user_id.as_str())
        .collect();
    // Also users of whom nothing is pending any more.
    let done: Vec<&str> = users
        .iter()
        .map(String::as_str)
        .filter(|user| !waiting_still.contains(user) && !untried.contains(user))
        .collect();
    waiting::clear(store, &done).await?;
    Ok(if !published.away.is_empty() {
        Tried::BusAway
    } else if done.len() == users.len() {
        Tried::AllTaken
    } else {
        Tried::SomeWait
    })
}
