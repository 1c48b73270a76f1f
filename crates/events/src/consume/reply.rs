//! What several places read and reply when an event is delivered.

use crate::ack::Ack;
use domain::event::{CloudEvent, Malformed};
use platform::{Reply, Request, log, trace};

/// Reads the delivered event. From here on the request is a span of the event's trace, under the one that made the event:
/// who delivers it, a sidecar or a drain that publishes for others too, has a trace of its own.
///
/// # Errors
/// As [`CloudEvent::parse`].
pub fn parse(body: &[u8]) -> Result<CloudEvent, Malformed> {
    let event = CloudEvent::parse(body)?;
    if let Some(traceparent) = &event.traceparent {
        trace::continue_from(traceparent);
    }
    log::event(&event.id, &event.event_type);
    Ok(event)
}

pub(super) fn success(outcome: &str) -> Reply {
    Ack::Success(outcome.to_owned()).into()
}

/// Dapr moves what is dropped to the dead letters.
pub(super) fn dropped(request: &Request, reason: &str) -> Reply {
    let event = CloudEvent::parse(request.body());
    let name = event.map_or_else(
        |_| "?".to_owned(),
        |event| format!("{} {}", event.event_type, event.id),
    );
    log::error(format!(
        "event dropped, it goes to the dead letters: {name}: {reason}"
    ));
    Ack::Drop(reason.to_owned()).into()
}
