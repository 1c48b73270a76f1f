//! POST /jobs/trigger-reminders: a Dapr cron binding; fires what is due. It is called in every replica, and one of them does it.

use events::{Stamp, reminders, wake_relay};
use http::StatusCode;
use platform::{Reply, Request};
use storage::Store;
use web::{Problem, access, body};

platform::component!(handle);

async fn handle(request: Request) -> Reply {
    match access::refuse_sidecar(&request) {
        None => fire().await.unwrap_or_else(Reply::from),
        Some(reply) => reply,
    }
}

async fn fire() -> Result<Reply, Problem> {
    let store = Store::open();
    let fired = reminders::fire_due(&store, &Stamp::handler()).await?;
    let reply = Reply::from(body::empty(StatusCode::OK));
    Ok(if fired > 0 {
        reply.then(wake_relay())
    } else {
        reply
    })
}
