//! POST /jobs/relay-outbox: publishes what is in the outbox. Called by a Dapr cron binding, for what a killed host or an
//! unreachable bus left behind, and with `?user=` by components that changed something and do not publish themselves.

use domain::UserId;
use events::publish;
use http::StatusCode;
use platform::{Reply, Request};
use web::{Query, access};

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

fn user(request: &Request) -> Option<UserId> {
    Query::of(request.uri()).one("user", |text| {
        UserId::parse(text).map_err(|error| error.to_string())
    })
}
