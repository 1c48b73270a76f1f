//! POST /jobs/relay-outbox: publishes what is in the outbox. Called by a Dapr cron binding, for what a killed host or an
//! unreachable bus left behind, and with `?user=` by components that changed something and do not publish themselves.

use domain::UserId;
use events::publish;
use http::StatusCode;
use percent_encoding::percent_decode_str;
use platform::{Reply, Request};
use web::access;

platform::component!(handle);

async fn handle(request: Request) -> Reply {
    if let Some(reply) = access::refuse_sidecar(&request) {
        return reply;
    }
    let reply = Reply::from(web::body::empty(StatusCode::OK));
    match user(&request) {
        Some(user) => reply.then(publish::after_change_of(user)),
        None => reply.then(publish::relay()),
    }
}

/// Our own components write it, see [`events::wake_relay_for`].
fn user(request: &Request) -> Option<UserId> {
    let text = request.uri().query()?.strip_prefix("user=")?;
    let text = percent_decode_str(text).decode_utf8().ok()?;
    UserId::parse(&text).ok()
}
