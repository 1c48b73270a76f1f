//! The event history of a user: `/api/:user_id/events`, and counters: `/api/:user_id/stats`.

mod list;
mod stats;

use domain::UserId;
use http::Method;
use platform::{Reply, Request};
use storage::Store;
use web::{Problem, access, path};

platform::component!(handle);

/// One call of a user who may make it.
pub(crate) struct Call {
    pub(crate) request: Request,
    pub(crate) user: UserId,
    pub(crate) store: Store,
}

async fn handle(request: Request) -> Reply {
    route(request).await.unwrap_or_else(Reply::from)
}

async fn route(request: Request) -> Result<Reply, Problem> {
    let segments = path::segments(&request)?;
    let segments: Vec<&str> = segments.iter().map(String::as_str).collect();
    let ["api", user, what] = segments.as_slice() else {
        return Err(Problem::not_found("route"));
    };
    let user = path::user(user)?;
    access::user(&request, &user)?;
    if request.method() != Method::GET {
        return Err(Problem::method_not_allowed("GET"));
    }
    let call = Call {
        request,
        user,
        store: Store::open().await?,
    };
    match *what {
        "events" => list::list(&call).await,
        "stats" => stats::stats(&call).await,
        _ => Err(Problem::not_found("route")),
    }
}
