//! Dead letters: `POST /api/events/dead-letter` takes them in, `/ops/dead-letters/...` lists and replays them for operators.

mod again;
mod alert;
mod bulk;
mod diagnosis;
mod list;
mod receive;
mod replay;
mod selection;

use http::Method;
use platform::{Reply, Request};
use web::{Problem, access, path};

platform::component!(handle);

async fn handle(request: Request) -> Reply {
    if request.uri().path().starts_with("/ops/") {
        operate(&request).await.unwrap_or_else(Reply::from)
    } else {
        receive::receive(request).await
    }
}

async fn operate(request: &Request) -> Result<Reply, Problem> {
    access::operator(request)?;
    let segments = path::segments(request)?;
    let segments: Vec<&str> = segments.iter().map(String::as_str).collect();
    match (segments.as_slice(), path::method(request)) {
        (["ops", "dead-letters"], &Method::GET) => list::list(request).await,
        (["ops", "dead-letters"], _) => Err(Problem::method_not_allowed("GET, HEAD")),
        (["ops", "dead-letters", "replay"], &Method::POST) => bulk::replay(request).await,
        (["ops", "dead-letters", "replay"], _) => Err(Problem::method_not_allowed("POST")),
        (["ops", "dead-letters", id], &Method::GET) => list::one(id).await,
        (["ops", "dead-letters", _], _) => Err(Problem::method_not_allowed("GET, HEAD")),
        (["ops", "dead-letters", id, "replay"], &Method::POST) => replay::replay(id).await,
        (["ops", "dead-letters", _, "replay"], _) => Err(Problem::method_not_allowed("POST")),
        _ => Err(Problem::not_found("route")),
    }
}
