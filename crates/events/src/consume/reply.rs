//! The replies to a delivery that several places give.

use crate::ack::Ack;
use domain::event::CloudEvent;
use platform::{Reply, Request, log};

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
