//! The event history of a user: `/api/:user_id/events`, and counters: `/api/:user_id/stats`.

mod list;
mod stats;

use http::Method;
use platform::{Reply, Request};
use web::{Call, Problem};

platform::component!(handle);

async fn handle(request: Request) -> Reply {
    route(request).await.unwrap_or_else(Reply::from)
}

async fn route(request: Request) -> Result<Reply, Problem> {
    let call = Call::of(request).await?;
    let get = call.method() == Method::GET;
    match call.segments().as_slice() {
        ["events" | "stats"] if !get => Err(Problem::method_not_allowed("GET, HEAD")),
        ["events"] => list::list(&call).await,
        ["stats"] => stats::stats(&call).await,
        _ => Err(Problem::not_found("route")),
    }
}
