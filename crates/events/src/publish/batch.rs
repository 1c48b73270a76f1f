//! What became of a batch of events.

use domain::event::{EventType, Topic};
use std::collections::HashSet;
use storage::outbox::Pending;

/// What became of one event.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum PublishOutcome {
    /// The bus has it.
    Published,
    /// The local bus: it is a dead letter, and later events of its task wait.
    Dead,
    /// The bus will never take it, for this reason.
    Rejected(String),
    /// The bus does not take it now, for this reason.
    Deferred(String),
    /// It was not tried.
    Untried,
}

/// What became of a batch.
pub(super) struct Published {
    /// One for each event, in the order of the batch.
    pub(super) outcomes: Vec<PublishOutcome>,
    /// The topics that take nothing, and why: no use in going on with them now.
    pub(super) away: Vec<(Topic, String)>,
}

/// A batch on its way.
pub(super) struct Progress<'a> {
    batch: &'a [Pending],
    published: Published,
    /// The users and topics of which an event was not taken: no later one may overtake it.
    stopped: HashSet<(&'a str, Topic)>,
}

impl<'a> Progress<'a> {
    pub(super) fn of(batch: &'a [Pending]) -> Self {
        Self {
            batch,
            published: Published {
                outcomes: vec![PublishOutcome::Untried; batch.len()],
                away: Vec::new(),
            },
            stopped: HashSet::new(),
        }
    }

    /// Whether the event in this place may still be published.
    pub(super) fn may_go_on(&self, place: usize) -> bool {
        self.batch.get(place).is_some_and(|pending| {
            let topic = topic_of(pending);
            !self.stopped.contains(&(pending.user_id.as_str(), topic)) && !self.is_away(topic)
        })
    }

    /// Notes an outcome. After an event that was not taken the outcomes of later ones of its user do not count, also when
    /// the bus took them: they are published again, behind it.
    pub(super) fn note(&mut self, place: usize, outcome: PublishOutcome) {
        if !self.may_go_on(place) {
            return;
        }
        let Some(pending) = self.batch.get(place) else {
            return;
        };
        if outcome != PublishOutcome::Published {
            self.stopped.insert((&pending.user_id, topic_of(pending)));
        }
        if let Some(slot) = self.published.outcomes.get_mut(place) {
            *slot = outcome;
        }
    }

    /// Notes that a topic takes nothing now.
    pub(super) fn note_away(&mut self, topic: Topic, reason: String) {
        self.published.away.push((topic, reason));
    }

    pub(super) fn finish(self) -> Published {
        self.published
    }

    fn is_away(&self, topic: Topic) -> bool {
        self.published.away.iter().any(|(away, _)| *away == topic)
    }
}

/// The topic of an event. One of a type that is no longer known goes where tasks' events go.
pub(super) fn topic_of(pending: &Pending) -> Topic {
    EventType::parse(&pending.event_type).map_or(Topic::Tasks, EventType::topic)
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;

    pub(in crate::publish) fn pending(seq: i64, user: &str, event_type: &str) -> Pending {
        Pending {
            seq,
            user_id: user.to_owned(),
            event_type: event_type.to_owned(),
            event: "{}".to_owned(),
            attempts: 0,
            replays: 0,
            waits_ended: 0,
        }
    }

    #[test]
    fn what_the_bus_took_behind_a_failure_of_the_same_user_is_published_again() {
        let batch = [
            pending(1, "a", "task.created"),
            pending(2, "a", "task.updated"),
            pending(3, "b", "task.created"),
            pending(4, "a", "reminder.scheduled"),
        ];
        let mut progress = Progress::of(&batch);
        progress.note(0, PublishOutcome::Deferred("no leader".into()));
        for place in 1..4 {
            progress.note(place, PublishOutcome::Published);
        }
        use PublishOutcome::{Deferred, Published, Untried};
        let expected = [Deferred("no leader".into()), Untried, Published, Published];
        assert_eq!(progress.finish().outcomes, expected);
    }

    #[test]
    fn a_topic_that_is_away_leaves_the_other_alone() {
        let batch = [
            pending(1, "a", "task.created"),
            pending(2, "a", "reminder.triggered"),
        ];
        let mut progress = Progress::of(&batch);
        progress.note_away(Topic::Tasks, "no route".into());
        assert!(!progress.may_go_on(0));
        assert!(progress.may_go_on(1));
    }
}
