//! Calls to our own components by service chaining: in this process, without the network.

use crate::ack::Ack;
use crate::topology::{RELAY, Route};
use domain::UserId;
use http::header::CONTENT_TYPE;
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use platform::trace::{self, TRACEPARENT};
use platform::{Request, SendError, log, variables};
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
    let request = call(route, "", event)?;
    let response = platform::send_while(request, timeout, every, meanwhile).await?;
    Ok(Ack::of(&response))
}

/// The work after a response that put something of `user` into the outbox, for a component that does not publish itself.
pub async fn wake_relay_for(user: UserId) {
    // A user id may have characters that separate parameters.
    let user = utf8_percent_encode(user.as_str(), NON_ALPHANUMERIC);
    wake(&format!("?user={user}")).await;
}

/// The work after a response that put something of whichever users into the outbox.
pub async fn wake_relay() {
    wake("").await;
}

async fn wake(query: &str) {
    let woken = match call(RELAY, query, b"") {
        Ok(request) => platform::send(request, TIMEOUT).await.map(drop),
        Err(error) => Err(error),
    };
    if let Err(error) = woken {
        log::warn(format!(
            "the relay is not reached, the events stay in the outbox: {error}"
        ));
    }
}

fn call(route: Route, query: &str, body: &[u8]) -> Result<Request, SendError> {
    let Route { component, path } = route;
    http::Request::post(format!("http://{component}.spin.internal{path}{query}"))
        .header(CONTENT_TYPE, "application/cloudevents+json")
        .header(TRACEPARENT, trace::traceparent())
        .header(DAPR_TOKEN, variables::get("app_api_token"))
        .body(body.to_vec())
        .map_err(|error| SendError::Invalid(error.to_string()))
}
