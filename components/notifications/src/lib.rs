//! In-app notifications: `/api/:user_id/notifications/...`. Reading them fires what is due for the user, so that no
//! scheduler is needed where no sidecar runs.

mod list;
mod view;

use http::{Method, StatusCode};
use platform::{Reply, Request};
use serde_json::json;
use storage::notifications;
use uuid::Uuid;
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
    match segments {
        ["api", _, "notifications"] => Some("GET, HEAD, OPTIONS"),
        ["api", _, "notifications", "read"] | ["api", _, "notifications", _, "read"] => {
            Some("POST, OPTIONS")
        }
        _ => None,
    }
}

async fn route(request: Request) -> Result<Reply, Problem> {
    let call = Call::of(request).await?;
    match (call.segments().as_slice(), call.method()) {
        (["notifications"], &Method::GET) => list::list(&call).await,
        (["notifications", "read"], &Method::POST) => mark_all(&call).await,
        (["notifications", id, "read"], &Method::POST) => mark_one(&call, id).await,
        _ => Err(call.refuse_method(methods)),
    }
}

async fn mark_all(call: &Call) -> Result<Reply, Problem> {
    let marked = notifications::mark_all_read(&call.store, &call.user, platform::now()).await?;
    Ok(web::json(StatusCode::OK, &json!({"marked": marked})).into())
}

async fn mark_one(call: &Call, id: &str) -> Result<Reply, Problem> {
    let missing = || Problem::not_found("notification");
    let id: Uuid = id.parse().map_err(|_| missing())?;
    let marked = notifications::mark_read(&call.store, &call.user, id, platform::now()).await?;
    Ok(web::json(StatusCode::OK, &view::view(&marked.ok_or_else(missing)?)).into())
}
