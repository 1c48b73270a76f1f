//! POST /jobs/relay-outbox: a Dapr cron binding; publishes what a killed host or an unreachable bus left in the outbox.

use events::after_change;
use http::StatusCode;
use platform::{Reply, Request};
use web::access;

platform::component!(handle);

async fn handle(request: Request) -> Reply {
    match access::refuse_sidecar(&request) {
        None => Reply::from(web::body::empty(StatusCode::OK)).then(after_change()),
        Some(reply) => reply,
    }
}
