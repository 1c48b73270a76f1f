//! The bus of this deployment, and how a batch gets onto it.

use super::batch::Published;
use super::lease::KeepAlive;
use super::{dapr, local};
use platform::variables;
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
    if variables::get("event_bus") == "local" {
        Bus::Local
    } else {
        Bus::Dapr
    }
}

/// Publishes a batch in order. Nothing of a user overtakes an event of the same topic that was not taken.
pub(super) async fn publish(batch: &[Pending], lease: &dyn KeepAlive) -> Published {
    match bus() {
        Bus::Dapr => dapr::publish(batch, lease).await,
        Bus::Local => local::publish(batch, lease).await,
    }
}
