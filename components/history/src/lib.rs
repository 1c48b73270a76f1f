//! The event history of a user: `/api/:user_id/events`, as it grows: `/api/:user_id/events/stream`, and counters:
//! `/api/:user_id/stats`.

mod list;
mod stats;
mod stream;

use http::Method;
use platform::{Reply, Request};
use web::{Call, Problem, cors};

platform::component!(handle, cors::headers);

async fn handle(request: Request) -> Reply {
    match cors::options(&request, methods) {
        Some(reply) => reply,
        None => route(request).await.unwrap_or_else(Reply::from),
    }
}

/// What each path takes.
fn methods(segments: &[&str]) -> Option<&'static str> {
    matches!(
        segments,
        ["api", _, "events" | "stats"] | ["api", _, "events", "stream"]
    )
    .then_some("GET, HEAD, OPTIONS")
}

async fn route(request: Request) -> Result<Reply, Problem> {
    let call = Call::of(request).await?;
    match (call.segments().as_slice(), call.method()) {
        (["events"], &Method::GET) => list::list(&call).await,
        (["events", "stream"], &Method::GET) => stream::stream(call).await,
        (["stats"], &Method::GET) => stats::stats(&call).await,
        _ => Err(call.refuse_method(methods)),
    }
}
