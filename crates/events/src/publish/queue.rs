//! Events that were read and wait for their turn: users take turns, so that the backlog of one does not delay another.

use super::batch::topic_of;
use domain::event::Topic;
use std::collections::{BTreeMap, HashMap, HashSet, VecDeque};
use storage::outbox::Pending;

/// How many events of one user are held at most. The rest of a longer backlog is read when these have left.
const PER_USER: usize = 100;
/// How many events are held at most, but for one search more.
const MOST: usize = 2000;

/// The events by user, and whose turn it is.
#[derive(Default)]
pub(super) struct Queue {
    users: HashMap<String, BTreeMap<i64, Pending>>,
    turns: VecDeque<String>,
    held: usize,
    /// Users of which more is in the outbox than is held, and the last sequence number that is held.
    longer: HashMap<String, i64>,
}

impl Queue {
    /// How many events are held.
    pub(super) fn held(&self) -> usize {
        self.held
    }

    /// Whether no more should be read before some have left.
    pub(super) fn is_full(&self) -> bool {
        self.held >= MOST
    }

    /// Adds an event in its place; one that is held already stays once.
    pub(super) fn add(&mut self, pending: Pending) {
        let user = pending.user_id.clone();
        let events = self.users.entry(user.clone()).or_default();
        if events.is_empty() {
            self.turns.push_back(user.clone());
        }
        let seq = pending.seq;
        if events.len() >= PER_USER && events.last_key_value().is_some_and(|(last, _)| *last < seq)
        {
            let last = events.last_key_value().map_or(seq, |(last, _)| *last);
            self.longer.entry(user).or_insert(last);
        } else if events.insert(seq, pending).is_none() {
            self.held += 1;
        }
    }

    /// The users of which a search should find nothing more.
    pub(super) fn longer(&self) -> Vec<String> {
        self.longer.keys().cloned().collect()
    }

    /// A user with a longer backlog of which nothing is held any more, and from where to read on.
    pub(super) fn to_refill(&self) -> Option<(String, i64, usize)> {
        let (user, last) = self
            .longer
            .iter()
            .find(|(user, _)| !self.users.contains_key(*user))?;
        Some((user.clone(), *last, PER_USER))
    }

    /// Adds what was read of a longer backlog; fewer than asked for was its end.
    pub(super) fn refill(&mut self, user: &str, events: Vec<Pending>) {
        match events.last() {
            Some(last) if events.len() >= PER_USER => {
                self.longer.insert(user.to_owned(), last.seq);
            }
            _ => {
                self.longer.remove(user);
            }
        }
        events.into_iter().for_each(|pending| self.add(pending));
    }

    /// The next batch: each user in turn gives its first event. Users of whom at least `several_from` more are held give further
    /// ones, until there are `most`; with `None` nobody does.
    pub(super) fn take(&mut self, most: usize, several_from: Option<usize>) -> Vec<Pending> {
        let (mut batch, mut gave) = (Vec::new(), VecDeque::new());
        while batch.len() < most {
            let Some(user) = self.turns.pop_front() else {
                break;
            };
            let Some(events) = self.users.get_mut(&user) else {
                continue;
            };
            if let Some((_, pending)) = events.pop_first() {
                self.held -= 1;
                batch.push(pending);
            }
            let has_more = self.longer.contains_key(&user);
            let gives_more = several_from.is_some_and(|from| has_more || events.len() >= from);
            if events.is_empty() {
                self.users.remove(&user);
            } else if gives_more {
                self.turns.push_back(user);
            } else {
                gave.push_back(user);
            }
        }
        self.turns.append(&mut gave);
        batch
    }

    /// Forgets a user that waits from now on.
    pub(super) fn forget_user(&mut self, user: &str) {
        let events = self.users.remove(user).unwrap_or_default();
        self.held -= events.len();
        self.turns.retain(|turn| turn != user);
        self.longer.remove(user);
    }

    /// Forgets the events of topics that take nothing now.
    pub(super) fn forget_topics(&mut self, topics: &[Topic]) {
        if topics.is_empty() {
            return;
        }
        for events in self.users.values_mut() {
            events.retain(|_, pending| !topics.contains(&topic_of(pending)));
        }
        self.users.retain(|_, events| !events.is_empty());
        self.held = self.users.values().map(BTreeMap::len).sum();
        let users: HashSet<&String> = self.users.keys().collect();
        self.turns.retain(|turn| users.contains(turn));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::publish::batch::tests::pending;

    fn queue(events: &[(i64, &str)]) -> Queue {
        let mut queue = Queue::default();
        for (seq, user) in events {
            queue.add(pending(*seq, user, "task.created"));
        }
        queue
    }

    fn seqs(batch: &[Pending]) -> Vec<i64> {
        batch.iter().map(|pending| pending.seq).collect()
    }

    #[test]
    fn users_take_turns_and_each_keeps_its_order() {
        let mut queue = queue(&[(1, "a"), (2, "a"), (3, "a"), (4, "b"), (5, "b"), (6, "c")]);
        assert_eq!(seqs(&queue.take(2, Some(20))), [1, 4]);
        assert_eq!(seqs(&queue.take(9, Some(20))), [6, 2, 5]);
        assert_eq!(seqs(&queue.take(9, Some(20))), [3]);
        assert_eq!(queue.held(), 0);
    }

    #[test]
    fn a_long_backlog_gives_several_when_it_may() {
        let long = || {
            let events: Vec<(i64, &str)> = (1..=22).map(|seq| (seq, "a")).collect();
            let mut queue = queue(&events);
            queue.add(pending(23, "b", "task.created"));
            queue
        };
        let mut one_by_one = long();
        assert_eq!(seqs(&one_by_one.take(9, None)), [1, 23]);
        assert_eq!(seqs(&one_by_one.take(9, None)), [2]);
        let mut together = long();
        assert_eq!(seqs(&together.take(9, Some(20))), [1, 23, 2, 3]);
        assert_eq!(seqs(&together.take(9, Some(20))), [4]);
    }

    #[test]
    fn an_event_that_was_committed_late_comes_before_the_later_ones() {
        let mut queue = queue(&[(2, "a"), (3, "a"), (1, "a"), (3, "a")]);
        assert_eq!(seqs(&queue.take(9, Some(1))), [1, 2, 3]);
    }

    #[test]
    fn a_long_backlog_is_held_in_part_and_read_on_later() {
        let events: Vec<(i64, &str)> = (1..=150).map(|seq| (seq, "a")).collect();
        let mut queue = queue(&events);
        assert_eq!(queue.longer(), ["a"]);
        assert_eq!(queue.to_refill(), None);
        assert_eq!(queue.take(200, Some(20)).len(), 100);
        assert_eq!(queue.to_refill(), Some(("a".to_owned(), 100, 100)));
        let rest = (101..=150).map(|seq| pending(seq, "a", "task.created"));
        queue.refill("a", rest.collect());
        assert_eq!(queue.longer(), Vec::<String>::new());
        // No longer more than is held: the end of it is short.
        assert_eq!(queue.take(200, Some(20)).len(), 31);
        assert_eq!(queue.held(), 19);
    }

    #[test]
    fn what_cannot_be_published_now_is_forgotten() {
        let mut queue = queue(&[(1, "a"), (2, "b")]);
        queue.add(pending(3, "b", "reminder.scheduled"));
        queue.forget_user("a");
        queue.forget_topics(&[Topic::Tasks]);
        assert_eq!(seqs(&queue.take(9, None)), [3]);
        assert_eq!(queue.held(), 0);
    }
}
