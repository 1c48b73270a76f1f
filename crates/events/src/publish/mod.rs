//! Publishing: from the outbox to the Dapr sidecar, or with the local bus to the event components themselves.

mod dapr;
mod drain;
mod local;

pub use drain::{after_change, after_read};

use domain::event::Topic;
use platform::variables::get;
use std::collections::HashSet;
use storage::outbox::Pending;

/// Where events are published to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Bus {
    /// The Dapr sidecar.
    Dapr,
    /// The event components themselves, by service chaining.
    Local,
}

/// The bus of this deployment; anything but `local` is Dapr.
#[must_use]
pub fn bus() -> Bus {
    if get("event_bus") == "local" {
        Bus::Local
    } else {
        Bus::Dapr
    }
}

/// What became of one event.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum PublishOutcome {
    /// The bus has it.
    Published,
    /// The bus works and does not take this event, for this reason.
    Rejected(String),
    /// Nothing is known: not tried, or tried while its topic took nothing.
    Deferred,
}

/// What became of a batch.
pub(crate) struct Published {
    /// One for each event, in the order of the batch.
    pub(crate) outcomes: Vec<PublishOutcome>,
    /// The topics that take nothing, and why: no use in going on with them now.
    pub(crate) away: Vec<(Topic, String)>,
}

/// Publishes a batch in order; for each user, nothing overtakes an event that was refused.
pub(crate) async fn publish(batch: &[Pending]) -> Published {
    match bus() {
        Bus::Dapr => dapr::publish(batch).await,
        Bus::Local => local::publish(batch).await,
    }
}

/// How many events a batch has: what the bus takes well within the lease.
pub(crate) fn batch_size() -> usize {
    match bus() {
        Bus::Dapr => 100,
        Bus::Local => 20,
    }
}

/// The batch as rounds of indices: each has at most one event per user, so that order per user holds whatever part of a
/// round fails.
fn rounds(batch: &[Pending]) -> Vec<Vec<usize>> {
    let mut left: Vec<usize> = (0..batch.len()).collect();
    let mut rounds = Vec::new();
    while !left.is_empty() {
        let mut users = HashSet::new();
        let user = |index: &usize| batch.get(*index).map(|pending| pending.user_id.as_str());
        let (round, rest) = left
            .into_iter()
            .partition(|index| users.insert(user(index)));
        rounds.push(round);
        left = rest;
    }
    rounds
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pending(seq: i64, user: &str) -> Pending {
        let event_type = "task.created".to_owned();
        Pending {
            seq,
            user_id: user.to_owned(),
            event_type,
            event: "{}".to_owned(),
            attempts: 0,
            replays: 0,
        }
    }

    #[test]
    fn a_round_has_each_user_once_and_keeps_the_order() {
        let batch = [
            pending(1, "a"),
            pending(2, "a"),
            pending(3, "b"),
            pending(4, "a"),
            pending(5, "b"),
        ];
        assert_eq!(rounds(&batch), [vec![0, 2], vec![1, 4], vec![3]]);
    }
}
