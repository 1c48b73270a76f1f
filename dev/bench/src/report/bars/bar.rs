//! A limit with its figure, and the parts of docs/ARCHITECTURE.md that say why one is missed.

/// One limit.
pub(super) struct Bar {
    pub(super) what: String,
    pub(super) limit: String,
    pub(super) figure: String,
    pub(super) met: Option<bool>,
    /// The part of docs/ARCHITECTURE.md that says where the time or the memory goes.
    pub(super) why: &'static str,
}

impl Bar {
    pub(super) fn new(
        what: &str,
        limit: &str,
        figure: String,
        met: bool,
        why: &'static str,
    ) -> Self {
        Self {
            what: what.to_owned(),
            limit: limit.to_owned(),
            figure,
            met: Some(met),
            why,
        }
    }
}

pub(super) const TASK: &str = "what-a-new-task-costs";
pub(super) const EVENT: &str = "what-an-event-costs";
pub(super) const LIST: &str = "what-a-list-costs";
pub(super) const MEMORY: &str = "what-the-memory-is-for";
pub(super) const FIRST_RUN: &str = "what-the-first-run-takes";
