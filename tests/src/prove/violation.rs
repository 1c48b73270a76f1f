//! What a checker found, by the rule that was broken.

use std::fmt::{Display, Formatter};

/// A promise of the system.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Rule {
    /// Nothing accepted is lost: it has its event, and its event is in Kafka.
    Lost,
    /// Nothing happens twice.
    Doubled,
    /// Nothing happens that nobody asked for.
    Unasked,
    /// A user's events come in their order, under the user's key.
    Order,
    /// A series has the occurrences that it must have, on their dates.
    Series,
    /// A series does not end because of what was taken back.
    SeriesEnded,
    /// A reminder comes once, in time, and only where it is wanted.
    Reminder,
    /// Only poison is a dead letter.
    DeadLetter,
    /// A task is what its changes made of it.
    State,
    /// A call is answered as the contract says.
    Answer,
    /// Everything comes to rest after the last fault.
    Unsettled,
}

/// One broken promise.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Violation {
    /// Which.
    pub rule: Rule,
    /// What shows it.
    pub evidence: String,
}

impl Display for Violation {
    fn fmt(&self, f: &mut Formatter<'_>) -> std::fmt::Result {
        write!(f, "{:?}: {}", self.rule, self.evidence)
    }
}

/// All that was found.
#[derive(Clone, Debug, Default)]
pub struct Found(pub Vec<Violation>);

impl Found {
    /// Notes one.
    pub fn add(&mut self, rule: Rule, evidence: String) {
        self.0.push(Violation { rule, evidence });
    }
}
