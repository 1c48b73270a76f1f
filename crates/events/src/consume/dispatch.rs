//! Any event of a topic, handed on to the component of its type.

use super::reply::{dropped, parse, success};
use crate::ack::Ack;
use crate::peer;
use crate::topology::{Route, route_of_type};
use domain::event::Topic;
use platform::{Reply, Request, log};
use web::access;

/// Hands any event of a topic on to the component of its type; a type without one is acknowledged.
pub async fn dispatch(request: Request, topic: Topic) -> Reply {
    if let Some(reply) = access::refuse_sidecar(&request) {
        return reply;
    }
    let event = match parse(request.body()) {
        Ok(event) => event,
        Err(error) => return dropped(&request, &error.to_string()),
    };
    match event
        .kind()
        .filter(|kind| kind.topic() == topic)
        .map(route_of_type)
    {
        Some(Some(route)) => forward(route, request.body()).await,
        Some(None) => success("acknowledged"),
        None => success("unknown type"),
    }
}

async fn forward(route: Route, event: &[u8]) -> Reply {
    let ack = peer::deliver(route, event, peer::TIMEOUT)
        .await
        .unwrap_or_else(|error| {
            log::error(format!(
                "{} not reached, the event comes again: {error}",
                route.component
            ));
            Ack::Retry(format!("{} not reached", route.component))
        });
    ack.into()
}
