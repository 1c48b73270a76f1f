//! Publishing: from the outbox to the Dapr sidecar, or with the local bus to the event components themselves.
//!
//! [`drain`] publishes the events of the shards that it holds, [`retry`] those of users that wait. Both hand a batch to the
//! bus and [`record`] what became of it.

mod batch;
mod bus;
mod dapr;
mod drain;
mod lease;
mod local;
mod queue;
mod record;
mod retry;

pub use bus::{Bus, bus};
use domain::UserId;

use lease::SHARDS_OF_A_DRAIN;
use platform::log;
use storage::outbox;
use storage::shards::{First, SHARDS};
use storage::{DbError, Store};

/// The work after a response that changed something of `user`.
pub async fn after_change_of(user: UserId) {
    log_failure(publish_of(&user).await);
}

/// The work after a response that changed nothing. With the local bus there is no cron binding that would pick up what a
/// killed host left behind, so every call looks.
pub async fn after_read() {
    if bus() == Bus::Local {
        log_failure(publish_left_behind().await);
    }
}

/// What the relay does: everything that is pending, also of users that wait.
pub async fn relay() {
    log_failure(publish_all().await);
}

async fn publish_all() -> Result<(), DbError> {
    let store = Store::open();
    retry::retry(&store).await?;
    drain_all(&store).await?;
    storage::low_water::advance(&store).await
}

async fn publish_of(user: &UserId) -> Result<(), DbError> {
    let store = Store::open();
    if bus() == Bus::Local {
        retry::retry(&store).await?;
    }
    drain::drain(&store, First::Of(user)).await
}

async fn publish_left_behind() -> Result<(), DbError> {
    let store = Store::open();
    retry::retry(&store).await?;
    if outbox::any_pending(&store).await? {
        drain_all(&store).await?;
    }
    Ok(())
}

async fn drain_all(store: &Store) -> Result<(), DbError> {
    for first in (0..SHARDS).step_by(SHARDS_OF_A_DRAIN) {
        drain::drain(store, First::Number(first)).await?;
    }
    Ok(())
}

/// Nothing is lost by a failure: what is not marked as published is published again.
fn log_failure(result: Result<(), DbError>) {
    if let Err(error) = result {
        log::warn(format!(
            "drain stopped, the events stay in the outbox: {error}"
        ));
    }
}
