//! GET /health/live: this process answers. GET /health/ready: the database does too.

use http::{Method, StatusCode};
use platform::{Reply, Request};
use serde_json::json;
use storage::Store;
use web::Problem;

platform::component!(handle);

async fn handle(request: Request) -> Reply {
    answer(&request).await.unwrap_or_else(Reply::from)
}

async fn answer(request: &Request) -> Result<Reply, Problem> {
    if !matches!(*request.method(), Method::GET | Method::HEAD) {
        return Err(Problem::method_not_allowed("GET, HEAD"));
    }
    match request.uri().path() {
        "/health/live" => {}
        "/health/ready" => Store::open().await?.ping().await?,
        _ => return Err(Problem::not_found("route")),
    }
    Ok(web::json(StatusCode::OK, &json!({"status": "ok"})).into())
}
