//! The drain: publishes the events of the shards that it holds, until nothing is pending.

use super::batch::PublishOutcome;
use super::bus::{Bus, bus, publish};
use super::lease::ShardLease;
use super::queue::Queue;
use super::record::record_outcomes;
use domain::event::Topic;
use std::ops::RangeInclusive;
use std::time::{Duration, Instant};
use storage::outbox::{self, Pending};
use storage::shards::First;
use storage::{DbError, Store, order};

/// How many events one search finds at most.
const SEARCH: usize = 200;
/// A search begins this many numbers before the last event found: a change that took its number earlier may be committed
/// later.
const LOOK_BACK: i64 = 1000;
/// How often a search begins at the low-water mark, for changes that are committed later still.
const REWIND: Duration = Duration::from_secs(1);
/// How long a drain waits for more. Under load the tasks component finds the lease held and makes no attempt to get it.
const LINGER: Duration = Duration::from_millis(500);
const POLL: Duration = Duration::from_millis(15);
/// After a batch of so many events a drain waits for more to come: one of a few costs the database, the sidecar and the broker
/// nearly what one of many costs. An event that comes alone is not waited with.
const A_FEW: RangeInclusive<usize> = 4..=50;
const GATHER: Duration = Duration::from_millis(25);
/// So many pending events of one user would take too long one by one.
const LONG: usize = 20;

/// Publishes what is pending in free shards, beginning with `first`. Leaves at once when other drains have them. For a user it
/// waits a moment for more.
pub(super) async fn drain(store: &Store, first: First<'_>) -> Result<(), DbError> {
    let linger = match (first, bus()) {
        (First::Of(_), Bus::Dapr) => LINGER,
        _ => Duration::ZERO,
    };
    while let Some(lease) = ShardLease::acquire(store, first).await? {
        let shards = lease.shards();
        let low_water = lease.low_water();
        let paused = lease.paused();
        let result = Drain::new(store, &lease).run(linger).await;
        let released = lease.release().await;
        let away = result?;
        released?;
        // An event committed between the last search and the release would stay behind, so look once more.
        let without = if away.is_empty() { paused } else { away };
        if outbox::pending(store, &shards, low_water, &without, &[], 1)
            .await?
            .is_empty()
        {
            return Ok(());
        }
    }
    Ok(())
}

struct Drain<'a> {
    store: &'a Store,
    lease: &'a ShardLease<'a>,
    queue: Queue,
    /// Topics that take nothing: left out for the rest of this drain.
    away: Vec<Topic>,
    /// The last event found.
    found: i64,
    low_water: i64,
    rewound: Instant,
    /// How many waits had ended when something was found last.
    waits_ended: Option<i64>,
    /// Whether the bus took all of the last batch.
    taken: bool,
}

impl<'a> Drain<'a> {
    fn new(store: &'a Store, lease: &'a ShardLease<'a>) -> Self {
        let low_water = lease.low_water();
        Self {
            store,
            lease,
            queue: Queue::default(),
            away: lease.paused(),
            found: low_water,
            low_water,
            rewound: Instant::now(),
            waits_ended: None,
            taken: false,
        }
    }

    /// Publishes batch after batch; returns the topics that take nothing now.
    async fn run(mut self, linger: Duration) -> Result<Vec<Topic>, DbError> {
        let mut active = Instant::now();
        while self.lease.is_held().await? && self.away.len() < Topic::ALL.len() {
            self.read().await?;
            let batch = self.take();
            if !batch.is_empty() {
                let few = A_FEW.contains(&batch.len()) && self.queue.held() == 0;
                self.publish(batch).await?;
                active = Instant::now();
                if few && !linger.is_zero() {
                    platform::sleep(GATHER).await;
                }
            } else if active.elapsed() >= linger {
                break;
            } else {
                platform::sleep(POLL).await;
            }
        }
        Ok(self.away)
    }

    /// What the bus takes in a moment. Of several events of a user in one call a later one may reach Kafka although an earlier one
    /// does not. So a call has several only of a user with a long backlog, and only while the bus takes everything.
    fn take(&mut self) -> Vec<Pending> {
        match bus() {
            Bus::Dapr => self.queue.take(100, self.taken.then_some(LONG)),
            Bus::Local => self.queue.take(20, Some(1)),
        }
    }

    /// Reads what came since, and more of the long backlogs.
    async fn read(&mut self) -> Result<(), DbError> {
        while let Some((user, after, limit)) = self.queue.to_refill() {
            let more = outbox::pending_of(self.store, &user, after, &self.away, limit).await?;
            self.queue.refill(&user, more);
        }
        if self.queue.is_full() {
            return Ok(());
        }
        let (after, limit) = self.next_search();
        let found = outbox::pending(
            self.store,
            &self.lease.shards(),
            after,
            &self.away,
            &self.queue.longer(),
            limit,
        )
        .await?;
        let Some(last) = found.last() else {
            return Ok(());
        };
        let before = self.waits_ended.replace(last.waits_ended);
        if after > self.low_water && before.is_some_and(|before| before != last.waits_ended) {
            // Somebody waits no longer, whose first events may lie before what was searched: these would overtake them.
            self.found = self.low_water;
            return Ok(());
        }
        self.found = self.found.max(last.seq);
        found
            .into_iter()
            .for_each(|pending| self.queue.add(pending));
        Ok(())
    }

    /// From where to search and how many events to ask for.
    fn next_search(&mut self) -> (i64, usize) {
        let low_water = self.lease.low_water();
        let replayed = low_water < self.low_water;
        self.low_water = low_water;
        if replayed || self.rewound.elapsed() >= REWIND {
            self.rewound = Instant::now();
            // What is held already is found again.
            return (low_water, SEARCH + self.queue.held());
        }
        let look_back = if self.queue.held() == 0 { LOOK_BACK } else { 0 };
        (low_water.max(self.found - look_back), SEARCH)
    }

    async fn publish(&mut self, batch: Vec<Pending>) -> Result<(), DbError> {
        let published = publish(&batch, self.lease).await;
        let mut outcomes = published.outcomes.iter();
        self.taken = outcomes.all(|outcome| *outcome == PublishOutcome::Published);
        let mut to_forget = record_outcomes(self.store, &batch, &published, self.lease).await?;
        for (pending, outcome) in batch.iter().zip(&published.outcomes) {
            if *outcome == PublishOutcome::Untried {
                self.queue.add(pending.clone());
            }
        }
        if order::waits() {
            // A replay that has left lets later events go, also some that are behind what was found.
            let replayed = batch.iter().filter(|pending| pending.replays > 0);
            to_forget.extend(replayed.map(|pending| pending.user_id.as_str()));
            if !to_forget.is_empty() {
                self.found = self.low_water;
            }
        }
        for user in to_forget {
            self.queue.forget_user(user);
        }
        let away = published.away.iter().map(|(topic, _)| *topic);
        self.away.extend(away);
        self.queue.forget_topics(&self.away);
        Ok(())
    }
}
