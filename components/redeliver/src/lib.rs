//! POST /jobs/redeliver: a Dapr cron binding; delivers again the events that were not handled within Dapr's retries. Any
//! number of replicas may do so at once.

use events::redelivery;
use http::StatusCode;
use platform::{Reply, Request};
use storage::Store;
use web::{Problem, access, body};

platform::component!(handle);

async fn handle(request: Request) -> Reply {
    match access::refuse_sidecar(&request) {
        None => deliver().await.unwrap_or_else(Reply::from),
        Some(reply) => reply,
    }
}

async fn deliver() -> Result<Reply, Problem> {
    redelivery::deliver_due(&Store::open()).await?;
    Ok(body::empty(StatusCode::OK).into())
}
