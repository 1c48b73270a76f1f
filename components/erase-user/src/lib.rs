//! DELETE /ops/users/:user_id: operators erase a user, in calls of bounded work: 202 while something is left, then 204.

use http::{Method, StatusCode};
use platform::{Reply, Request, log};
use serde_json::json;
use std::time::{Duration, Instant};
use storage::{Store, erasure};
use web::{Problem, access, path};

/// After this time a call begins no further step.
const BUDGET: Duration = Duration::from_secs(5);

platform::component!(handle);

async fn handle(request: Request) -> Reply {
    operate(&request).await.unwrap_or_else(Reply::from)
}

async fn operate(request: &Request) -> Result<Reply, Problem> {
    access::operator(request)?;
    let segments = path::segments(request)?;
    let segments: Vec<&str> = segments.iter().map(String::as_str).collect();
    match (segments.as_slice(), path::method(request)) {
        (["ops", "users", user], &Method::DELETE) => erase(user).await,
        (["ops", "users", _], _) => Err(Problem::method_not_allowed("DELETE")),
        _ => Err(Problem::not_found("route")),
    }
}

async fn erase(user: &str) -> Result<Reply, Problem> {
    let start = Instant::now();
    let user = path::user(user)?;
    let store = Store::open();
    let mut erased = 0;
    let done = loop {
        let step = erasure::step(&store, &user).await?;
        erased += step;
        if step == 0 || start.elapsed() > BUDGET {
            break step == 0;
        }
    };
    // Not whose: the log is kept for longer.
    log::info(format!("an operator erased {erased} rows of a user"));
    Ok(if done {
        web::body::empty(StatusCode::NO_CONTENT).into()
    } else {
        web::json(StatusCode::ACCEPTED, &json!({"erased": erased})).into()
    })
}
