//! POST /jobs/relay-outbox: a Dapr cron binding; publishes what a killed host or an unreachable bus left in the outbox.

use events::{after_change, subscriber};
use http::StatusCode;
use platform::{Reply, Request};

platform::component!(handle);

async fn handle(request: Request) -> Reply {
    match subscriber::admit(&request) {
        Ok(()) => Reply::from(web::body::empty(StatusCode::OK)).then(after_change()),
        Err(reply) => reply,
    }
}
