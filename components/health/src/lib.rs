//! GET /health/live: this process answers. GET /health/ready: the database does too, and has the schema that this code needs.

use http::{Method, StatusCode};
use platform::{Reply, Request};
use serde_json::json;
use storage::Store;
use web::{Problem, cors, path};

const METHODS: &str = "GET, HEAD, OPTIONS";

platform::component!(handle, cors::headers);

async fn handle(request: Request) -> Reply {
    match cors::options(&request, methods) {
        Some(reply) => reply,
        None => answer(&request).await.unwrap_or_else(Reply::from),
    }
}

/// What each path takes.
fn methods(segments: &[&str]) -> Option<&'static str> {
    matches!(segments, ["health", "live" | "ready"]).then_some(METHODS)
}

async fn answer(request: &Request) -> Result<Reply, Problem> {
    if path::method(request) != Method::GET {
        return Err(Problem::method_not_allowed(METHODS));
    }
    let segments = path::segments(request)?;
    let segments: Vec<&str> = segments.iter().map(String::as_str).collect();
    match segments.as_slice() {
        ["health", "live"] => {}
        ["health", "ready"] => Store::open().ready().await?,
        _ => return Err(Problem::not_found("route")),
    }
    Ok(web::json(StatusCode::OK, &json!({"status": "ok"})).into())
}
