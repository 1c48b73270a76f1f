//! Consuming: what every event component does around its effect.
//!
//! [`handle`] checks a delivery, runs the effect of one event type and acknowledges. [`dispatch`] hands an event on to the
//! component of its type.

mod dispatch;
mod handle;
mod reply;

pub use dispatch::dispatch;
pub use handle::{Delivery, Effect, Failure, handle, sync_reminder};
pub use reply::parse;
