//! Consuming: what every event component does around its effect.
//!
//! [`handle`] checks a delivery, runs the effect of one event type and acknowledges. [`dispatch`] hands an event on to the
//! component of its type.

mod dispatch;
mod handle;

pub use dispatch::dispatch;
pub use handle::{Delivery, Effect, Failure, handle, sync_reminder};

use crate::ack::Ack;
use domain::event::CloudEvent;
use platform::{Reply, Request, log};

fn success(outcome: &str) -> Reply {
    Ack::Success(outcome.to_owned()).into()
}

/// Dapr moves what is dropped to the dead letters.
fn dropped(request: &Request, reason: &str) -> Reply {
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
