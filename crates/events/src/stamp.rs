//! What a new event says about its making: id, source, time, trace.

use domain::Time;
use domain::event::{EventMeta, HANDLER_SOURCE, SOURCE_USER};
use platform::trace;

/// The circumstances of one change: taken once per request, so that task and event agree on the time. Its events go on with
/// the trace of the request, whose span is their parent.
#[derive(Clone, Debug)]
pub struct Stamp {
    source: &'static str,
    /// When it happens.
    pub now: Time,
    traceparent: String,
}

impl Stamp {
    /// Of a change that a user makes.
    #[must_use]
    pub fn user() -> Self {
        Self::new(SOURCE_USER)
    }

    /// Of a change that follows from another one, or from the time.
    #[must_use]
    pub fn handler() -> Self {
        Self::new(HANDLER_SOURCE)
    }

    fn new(source: &'static str) -> Self {
        Self {
            source,
            now: platform::now(),
            traceparent: trace::traceparent(),
        }
    }

    /// The attributes of a new event.
    #[must_use]
    pub fn meta(&self) -> EventMeta<'_> {
        EventMeta {
            id: platform::new_id(),
            source: self.source,
            time: self.now,
            traceparent: Some(&self.traceparent),
        }
    }
}
