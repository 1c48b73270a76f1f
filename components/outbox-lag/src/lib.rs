//! GET /ops/outbox: how much waits to be published, and since when.

use http::{Method, StatusCode};
use platform::{Reply, Request};
use serde_json::json;
use storage::{Store, lag};
use web::{Problem, Query, access, path};

platform::component!(handle);

async fn handle(request: Request) -> Reply {
    operate(&request).await.unwrap_or_else(Reply::from)
}

async fn operate(request: &Request) -> Result<Reply, Problem> {
    access::operator(request)?;
    if path::segments(request)? != ["ops", "outbox"] {
        return Err(Problem::not_found("route"));
    }
    if path::method(request) != Method::GET {
        return Err(Problem::method_not_allowed("GET, HEAD"));
    }
    Query::of(request.uri()).finish()?;
    let lag = lag::read(&Store::open()).await?;
    let age = |oldest: domain::Time| (platform::now() - oldest).num_milliseconds().max(0);
    let lag = json!({
        "pending": lag.pending,
        "oldest_at": lag.oldest.map(domain::time::format),
        "oldest_seconds": lag.oldest.map(age).map(seconds),
        "waiting_users": lag.waiting_users,
    });
    Ok(web::json(StatusCode::OK, &lag).into())
}

#[expect(clippy::cast_precision_loss)]
fn seconds(millis: i64) -> f64 {
    millis as f64 / 1000.0
}
