//! Calls to our own components by service chaining: in this process, without the network.

use crate::ack::Ack;
use crate::topology::{RELAY, Route};
use http::header::CONTENT_TYPE;
use platform::{SendError, log, variables};
use std::time::Duration;
use web::access::DAPR_TOKEN;

/// For one delivery: longer than SQLite waits for a lock.
pub(crate) const TIMEOUT: Duration = Duration::from_secs(6);

/// Delivers an event to a component and waits for its acknowledgement.
pub(crate) async fn deliver(
    route: Route,
    event: &[u8],
    timeout: Duration,
) -> Result<Ack, SendError> {
    deliver_while(route, event, timeout, timeout, async || ()).await
}

/// The same, and calls `meanwhile` each time that `every` has passed without an acknowledgement.
pub(crate) async fn deliver_while(
    route: Route,
    event: &[u8],
    timeout: Duration,
    every: Duration,
    meanwhile: impl AsyncFn(),
) -> Result<Ack, SendError> {
    let uri = format!("http://{}.spin.internal{}", route.component, route.path);
    let request = http::Request::post(uri)
        .header(CONTENT_TYPE, "application/cloudevents+json")
        .header(DAPR_TOKEN, variables::get("app_api_token"))
        .body(event.to_vec())
        .map_err(|error| SendError::Invalid(error.to_string()))?;
    let response = platform::send_while(request, timeout, every, meanwhile).await?;
    Ok(Ack::of(&response))
}

/// The work after a response that put something into the outbox, for a component that has no bus of its own.
pub async fn wake_relay() {
    if let Err(error) = deliver(RELAY, b"", TIMEOUT).await {
        log::warn(format!(
            "the relay is not reached, the events stay in the outbox: {error}"
        ));
    }
}
