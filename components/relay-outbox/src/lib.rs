//! POST /jobs/relay-outbox: publishes what is in the outbox. Called by a Dapr cron binding, for what a killed host or an
//! unreachable bus left behind, and with `?user=` by components that changed something and do not publish themselves.
//! The cron call also removes what has been published long ago.

use domain::UserId;
use events::publish;
use http::StatusCode;
use platform::{Reply, Request, log, variables};
use storage::{DbError, Store, history};
use web::{Query, access};

/// When the variable `event_retention_days` is not a number.
const DEFAULT_DAYS: i64 = 30;
/// How often one call removes a step of old events: with a call every few seconds more than any load makes, and a few
/// seconds of work at most.
const MAX_STEPS: usize = 20;

platform::component!(handle);

async fn handle(request: Request) -> Reply {
    if let Some(reply) = access::refuse_sidecar(&request) {
        return reply;
    }
    let reply = Reply::from(web::body::empty(StatusCode::OK));
    match user(&request) {
        Some(user) => reply.then(events::after_change_of(user)),
        None => reply.then(relay()),
    }
}

fn user(request: &Request) -> Option<UserId> {
    Query::of(request.uri()).one("user", |text| {
        UserId::parse(text).map_err(|error| error.to_string())
    })
}

async fn relay() {
    publish::relay().await;
    if let Err(error) = expire().await {
        log::warn(format!("old events not removed: {error}"));
    }
}

async fn expire() -> Result<(), DbError> {
    let days = variables::get("event_retention_days")
        .parse()
        .unwrap_or(DEFAULT_DAYS)
        .max(1);
    let store = Store::open().await?;
    let mut removed = 0;
    for _ in 0..MAX_STEPS {
        let step = history::expire(&store, days).await?;
        removed += step;
        if step == 0 {
            break;
        }
    }
    if removed > 0 {
        log::info(format!("{removed} events older than {days} days removed"));
    }
    Ok(())
}
