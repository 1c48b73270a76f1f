//! POST /jobs/purge-expired: a Dapr cron binding; counts events for the statistics, and removes what has been kept for as long
//! as the variables say.

use http::StatusCode;
use platform::{Reply, Request, log, variables};
use std::time::{Duration, Instant};
use storage::purge::{self, Kind};
use storage::{DbError, Store, history, idempotency};
use web::access;

/// How often one call removes a step of one kind: with a call every few seconds more than any load makes.
const MAX_STEPS: usize = 20;
/// After this time a call begins no further step.
const BUDGET: Duration = Duration::from_secs(10);

platform::component!(handle);

async fn handle(request: Request) -> Reply {
    match access::refuse_sidecar(&request) {
        None => Reply::from(web::body::empty(StatusCode::OK)).then(purge()),
        Some(reply) => reply,
    }
}

async fn purge() {
    let start = Instant::now();
    if let Err(error) = count().await {
        log::warn(format!("events not counted: {error}"));
    }
    for kind in Kind::ALL {
        // One kind that fails does not keep the others.
        if let Err(error) = purge_kind(kind, start).await {
            log::warn(format!("old {} not removed: {error}", kind.name()));
        }
    }
    if let Err(error) = purge_keys(start).await {
        log::warn(format!("expired idempotency keys not removed: {error}"));
    }
}

async fn count() -> Result<(), DbError> {
    let store = Store::open();
    for _ in 0..MAX_STEPS {
        if !history::count(&store).await? {
            break;
        }
    }
    Ok(())
}

async fn purge_kind(kind: Kind, start: Instant) -> Result<(), DbError> {
    let days = days(kind);
    let store = Store::open();
    let removed = steps(start, async || purge::step(&store, kind, days).await).await?;
    if removed > 0 {
        let name = kind.name();
        log::info(format!("{removed} {name} older than {days} days removed"));
    }
    Ok(())
}

async fn purge_keys(start: Instant) -> Result<(), DbError> {
    let store = Store::open();
    let removed = steps(start, async || idempotency::purge(&store).await).await?;
    if removed > 0 {
        log::info(format!("{removed} expired idempotency keys removed"));
    }
    Ok(())
}

/// Repeats a step until it removes nothing, or this call has done enough. Returns how many rows went.
async fn steps(
    start: Instant,
    step: impl AsyncFn() -> Result<usize, DbError>,
) -> Result<usize, DbError> {
    let mut removed = 0;
    for _ in 0..MAX_STEPS {
        let some = step().await?;
        removed += some;
        if some == 0 || start.elapsed() > BUDGET {
            break;
        }
    }
    Ok(removed)
}

fn days(kind: Kind) -> i64 {
    let variable = kind.variable();
    let setting = variables::get(variable);
    kind.days(&setting).unwrap_or_else(|| {
        let (default, least) = (kind.default_days(), kind.least_days());
        log::warn(format!(
            "{variable} is not a number of days, {least} or more: {default} are taken"
        ));
        default
    })
}
