//! Task CRUD: `/api/:user_id/tasks/...`. Every change is committed with its event and published after the response.

mod batch;
mod change;
mod changes;
mod complete;
mod create;
mod delete;
mod idempotency;
mod list;
mod read;
mod reply;
mod update;

use http::Method;
use platform::{Reply, Request};
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
    Some(match segments {
        ["api", _, "tasks"] => "GET, HEAD, POST, OPTIONS",
        ["api", _, "tasks", "batch"] => "POST, OPTIONS",
        ["api", _, "tasks", _] => "GET, HEAD, PATCH, PUT, DELETE, OPTIONS",
        ["api", _, "tasks", _, "complete"] => "POST, PATCH, OPTIONS",
        ["api", _, "tasks", _, "restore"] => "POST, OPTIONS",
        ["api", _, "tasks", _, "occurrences"] => "GET, HEAD, OPTIONS",
        _ => return None,
    })
}

async fn route(request: Request) -> Result<Reply, Problem> {
    let call = Call::of(request).await?;
    let method = call.method();
    match call.segments().as_slice() {
        ["tasks"] => match *method {
            Method::GET => list::list(&call).await,
            Method::POST => create::create(&call).await,
            _ => Err(call.refuse_method(methods)),
        },
        ["tasks", "batch"] => match *method {
            Method::POST => batch::run(&call).await,
            _ => Err(call.refuse_method(methods)),
        },
        ["tasks", id] => one(&call, method, task_id(id)?).await,
        ["tasks", id, action] => act(&call, method, task_id(id)?, action).await,
        _ => Err(Problem::not_found("route")),
    }
}

async fn one(call: &Call, method: &Method, id: Uuid) -> Result<Reply, Problem> {
    match *method {
        Method::GET => read::read(call, id).await,
        Method::PATCH => update::patch(call, id).await,
        Method::PUT => update::replace(call, id).await,
        Method::DELETE => delete::delete(call, id).await,
        _ => Err(call.refuse_method(methods)),
    }
}

async fn act(call: &Call, method: &Method, id: Uuid, action: &str) -> Result<Reply, Problem> {
    match (action, method) {
        ("complete", &Method::POST | &Method::PATCH) => complete::complete(call, id).await,
        ("restore", &Method::POST) => delete::restore(call, id).await,
        ("occurrences", &Method::GET) => read::occurrences(call, id).await,
        _ => Err(call.refuse_method(methods)),
    }
}

fn task_id(segment: &str) -> Result<Uuid, Problem> {
    segment.parse().map_err(|_| Problem::not_found("task"))
}
