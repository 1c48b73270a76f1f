//! In-app notifications: `/api/:user_id/notifications/...`. Reading them fires what is due for the user, so that no
//! scheduler is needed where no sidecar runs.

mod list;
mod view;

use domain::UserId;
use http::{Method, StatusCode};
use platform::{Reply, Request};
use serde_json::json;
use storage::{Store, notifications};
use uuid::Uuid;
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
    let ["api", user, "notifications", rest @ ..] = segments.as_slice() else {
        return Err(Problem::not_found("route"));
    };
    let user = path::user(user)?;
    access::user(&request, &user)?;
    let method = request.method().clone();
    let call = Call {
        request,
        user,
        store: Store::open().await?,
    };
    match (rest, method) {
        ([], Method::GET) => list::list(&call).await,
        ([], _) => Err(Problem::method_not_allowed("GET")),
        (["read"], Method::POST) => mark_all(&call).await,
        ([id, "read"], Method::POST) => mark_one(&call, id).await,
        (["read"] | [_, "read"], _) => Err(Problem::method_not_allowed("POST")),
        _ => Err(Problem::not_found("route")),
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
