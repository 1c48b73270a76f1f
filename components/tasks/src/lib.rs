//! Task CRUD: `/api/:user_id/tasks/...`. Every change is committed with its event and published after the response.

mod change;
mod complete;
mod create;
mod delete;
mod list;
mod read;
mod reply;
mod update;

use domain::UserId;
use http::Method;
use platform::{Reply, Request};
use storage::Store;
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
    let ["api", user, "tasks", rest @ ..] = segments.as_slice() else {
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
    match rest {
        [] => match method {
            Method::GET => list::list(&call).await,
            Method::POST => create::create(&call).await,
            _ => Err(Problem::method_not_allowed("GET, POST")),
        },
        [id] => one(&call, &method, task_id(id)?).await,
        [id, action] => act(&call, &method, task_id(id)?, action).await,
        _ => Err(Problem::not_found("route")),
    }
}

async fn one(call: &Call, method: &Method, id: Uuid) -> Result<Reply, Problem> {
    match *method {
        Method::GET => read::read(call, id).await,
        Method::PATCH => update::patch(call, id).await,
        Method::PUT => update::replace(call, id).await,
        Method::DELETE => delete::delete(call, id).await,
        _ => Err(Problem::method_not_allowed("GET, PATCH, PUT, DELETE")),
    }
}

async fn act(call: &Call, method: &Method, id: Uuid, action: &str) -> Result<Reply, Problem> {
    match (action, method) {
        ("complete", &Method::POST | &Method::PATCH) => complete::complete(call, id).await,
        ("complete", _) => Err(Problem::method_not_allowed("POST, PATCH")),
        ("restore", &Method::POST) => delete::restore(call, id).await,
        ("restore", _) => Err(Problem::method_not_allowed("POST")),
        ("occurrences", &Method::GET) => read::occurrences(call, id).await,
        ("occurrences", _) => Err(Problem::method_not_allowed("GET")),
        _ => Err(Problem::not_found("route")),
    }
}

fn task_id(segment: &str) -> Result<Uuid, Problem> {
    segment.parse().map_err(|_| Problem::not_found("task"))
}
