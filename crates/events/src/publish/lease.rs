//! The leases under which events are published, prolonged also while the bus takes its time.

use domain::event::Topic;
use platform::log;
use std::cell::{Cell, RefCell};
use std::pin::Pin;
use std::time::{Duration, Instant};
use storage::shards::{self, First, Held};
use storage::{DbError, Store, leases};

/// How long a lease lasts. When its holder dies, the users of its shards wait for that long.
const MILLIS: i64 = 900;
/// After this it is prolonged.
pub(super) const RENEW_AFTER: Duration = Duration::from_millis(300);
/// How many shards a drain holds at most, so that at least two replicas publish at the same time.
pub(super) const SHARDS_OF_A_DRAIN: usize = shards::SHARDS / 2;

/// Something to keep alive while a call to the bus takes its time. Boxed, so that what publishes is compiled once and not for
/// each kind of lease.
pub(super) trait KeepAlive {
    /// Called every [`RENEW_AFTER`] or so.
    fn keep_alive(&self) -> Pin<Box<dyn Future<Output = ()> + '_>>;
}

async fn tell_failure(renewed: impl Future<Output = Result<bool, DbError>>) {
    if let Err(error) = renewed.await {
        log::warn(format!("the lease is not prolonged: {error}"));
    }
}

/// The shards that a drain holds.
pub(super) struct ShardLease<'a> {
    store: &'a Store,
    owner: String,
    held: RefCell<Held>,
    renewed: Cell<Instant>,
}

impl<'a> ShardLease<'a> {
    /// Up to half of the shards, of those that are free; `None` when there are none.
    pub(super) async fn acquire(
        store: &'a Store,
        first: First<'_>,
    ) -> Result<Option<Self>, DbError> {
        let owner = platform::new_id().to_string();
        let held = shards::acquire(store, &owner, first, SHARDS_OF_A_DRAIN, MILLIS).await?;
        if held.shards.is_empty() {
            return Ok(None);
        }
        Ok(Some(Self {
            store,
            owner,
            held: RefCell::new(held),
            renewed: Cell::new(Instant::now()),
        }))
    }

    /// Prolongs the leases when it is time; `false` when they are lost.
    pub(super) async fn is_held(&self) -> Result<bool, DbError> {
        if self.renewed.get().elapsed() >= RENEW_AFTER {
            self.renewed.set(Instant::now());
            let held = shards::renew(self.store, &self.owner, MILLIS).await?;
            self.held.replace(held);
        }
        Ok(!self.held.borrow().shards.is_empty())
    }

    pub(super) fn shards(&self) -> Vec<i64> {
        self.held.borrow().shards.clone()
    }

    pub(super) fn low_water(&self) -> i64 {
        self.held.borrow().low_water
    }

    pub(super) fn paused(&self) -> Vec<Topic> {
        self.held.borrow().paused.clone()
    }

    pub(super) async fn release(self) -> Result<(), DbError> {
        shards::release(self.store, &self.owner).await
    }
}

impl KeepAlive for ShardLease<'_> {
    fn keep_alive(&self) -> Pin<Box<dyn Future<Output = ()> + '_>> {
        Box::pin(tell_failure(self.is_held()))
    }
}

/// A lease by name.
pub(super) struct NamedLease<'a> {
    store: &'a Store,
    name: &'static str,
    owner: String,
}

impl<'a> NamedLease<'a> {
    const SECONDS: i64 = 2;

    /// `None` when somebody else holds it.
    pub(super) async fn acquire(
        store: &'a Store,
        name: &'static str,
    ) -> Result<Option<Self>, DbError> {
        let owner = platform::new_id().to_string();
        let acquired = leases::acquire(store, name, &owner, Self::SECONDS).await?;
        Ok(acquired.then_some(Self { store, name, owner }))
    }

    pub(super) async fn is_held(&self) -> Result<bool, DbError> {
        leases::acquire(self.store, self.name, &self.owner, Self::SECONDS).await
    }

    pub(super) async fn release(self) -> Result<(), DbError> {
        leases::release(self.store, self.name, &self.owner).await
    }
}

impl KeepAlive for NamedLease<'_> {
    fn keep_alive(&self) -> Pin<Box<dyn Future<Output = ()> + '_>> {
        Box::pin(tell_failure(self.is_held()))
    }
}
