//! POST /ops/dead-letters/replay: replays the open dead letters that fit, oldest first, so many at a time.

use crate::selection::Selection;
use events::wake_relay;
use http::StatusCode;
use platform::{Reply, Request, log, variables};
use serde::Serialize;
use storage::dead_letters::{self, Counts};
use storage::{DbError, Store};
use web::{Problem, body};

/// When the variable `max_failed_replays` is not a number.
const DEFAULT_MAX_FAILURES: i64 = 3;

#[derive(Serialize)]
struct Report {
    dry_run: bool,
    replayed: usize,
    /// Fit too, and wait for the next call.
    remaining: i64,
    /// Fit, and are left out because they failed again too often.
    failed_too_often: i64,
    /// Fit, and cannot be replayed at all.
    unpublishable: i64,
}

pub(crate) async fn replay(request: &Request) -> Result<Reply, Problem> {
    let selection = Selection::of(body::object(request, &[body::JSON])?)?;
    let store = Store::open();
    let max = max_failures();
    let replayed = if selection.dry_run {
        0
    } else {
        replay_first(&store, &selection, max).await?
    };
    let counts: Counts = dead_letters::count_replayable(&store, &selection.filter, max).await?;
    let report = Report {
        dry_run: selection.dry_run,
        replayed,
        remaining: counts.replayable,
        failed_too_often: counts.failed_too_often,
        unpublishable: counts.unpublishable,
    };
    let reply = Reply::from(web::json(StatusCode::OK, &report));
    if replayed == 0 {
        return Ok(reply);
    }
    log::info(format!("{replayed} dead letters replayed"));
    Ok(reply.then(wake_relay()))
}

/// One statement for each letter: one statement for many gives the events their places in the outbox in no certain order, and
/// a drain may publish the first ones meanwhile.
async fn replay_first(store: &Store, selection: &Selection, max: i64) -> Result<usize, DbError> {
    let ids = dead_letters::replayable(store, &selection.filter, max, selection.limit).await?;
    let mut replayed = 0;
    for id in ids {
        // Another operator may be at it too.
        if dead_letters::replay(store, &id).await? {
            replayed += 1;
        }
    }
    Ok(replayed)
}

fn max_failures() -> i64 {
    variables::get("max_failed_replays")
        .parse()
        .unwrap_or(DEFAULT_MAX_FAILURES)
        .max(1)
}
