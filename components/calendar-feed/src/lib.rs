//! The tasks as a calendar that other programs read: `/api/:user_id/calendar.ics`, by a secret in the address, which the user
//! makes and revokes at `/api/:user_id/calendar`.

mod address;
mod calendar;
mod feed;
mod lines;
mod occurrences;
mod zones;

use http::Method;
use platform::{Reply, Request};
use web::{Call, Problem, cors, path};

platform::component!(handle, cors::headers);

async fn handle(request: Request) -> Reply {
    match cors::options(&request, methods) {
        Some(reply) => reply,
        None => route(request).await.unwrap_or_else(Reply::from),
    }
}

const FEED_METHODS: &str = "GET, HEAD, OPTIONS";

/// What each path takes.
fn methods(segments: &[&str]) -> Option<&'static str> {
    match segments {
        ["api", _, "calendar"] => Some("GET, HEAD, POST, DELETE, OPTIONS"),
        ["api", _, "calendar.ics"] => Some(FEED_METHODS),
        _ => None,
    }
}

async fn route(request: Request) -> Result<Reply, Problem> {
    let segments = path::segments(&request)?;
    let segments: Vec<&str> = segments.iter().map(String::as_str).collect();
    // The one path of a user's for which no token is needed, for a calendar program has none: the secret decides alone.
    if let ["api", user, "calendar.ics"] = segments.as_slice() {
        return match *path::method(&request) {
            Method::GET => feed::read(&request, &path::user(user)?).await,
            _ => Err(Problem::method_not_allowed(FEED_METHODS)),
        };
    }
    let call = Call::of(request).await?;
    match (call.segments().as_slice(), call.method()) {
        (["calendar"], &Method::GET) => address::describe(&call).await,
        (["calendar"], &Method::POST) => address::make(&call).await,
        (["calendar"], &Method::DELETE) => address::revoke(&call).await,
        _ => Err(call.refuse_method(methods)),
    }
}
