//! GET /api/:user_id/tasks/:id and .../occurrences

use crate::change::present;
use crate::reply;
use domain::{Task, recurrence, time};
use http::StatusCode;
use platform::Reply;
use serde::Serialize;
use storage::tasks;
use uuid::Uuid;
use web::{Call, Problem, Query, body, conditional, cursor};

/// How many due dates a client gets that does not say.
const DEFAULT_OCCURRENCES: usize = 10;

pub(crate) async fn read(call: &Call, id: Uuid) -> Result<Reply, Problem> {
    Query::of(call.request.uri()).finish()?;
    let task = find(call, id).await?;
    let (headers, now) = (call.request.headers(), platform::now());
    conditional::check_match(headers, task.version)?;
    // The ETag is the version, which does not move when the due date passes, but `overdue` in the body does. A client that
    // read the task before then must not be told that it has what is there now (RFC 9110, section 8.8.1).
    let same_body = !task.became_overdue(now);
    let response = if same_body && conditional::not_modified(headers, task.version) {
        conditional::with_etag(body::empty(StatusCode::NOT_MODIFIED), task.version)
    } else {
        reply::task(StatusCode::OK, &task, now)
    };
    Ok(reply::read(response))
}

/// The due dates that would follow.
#[derive(Serialize)]
struct Occurrences {
    items: Vec<String>,
}

pub(crate) async fn occurrences(call: &Call, id: Uuid) -> Result<Reply, Problem> {
    let mut query = Query::of(call.request.uri());
    let limit = query
        .number("limit", 1..=cursor::MAX_LIMIT)
        .unwrap_or(DEFAULT_OCCURRENCES);
    query.finish()?;
    let task = find(call, id).await?;
    let dates = recurrence::upcoming(&task, platform::now(), limit);
    let items = dates.into_iter().map(time::format).collect();
    Ok(reply::read(web::json(
        StatusCode::OK,
        &Occurrences { items },
    )))
}

async fn find(call: &Call, id: Uuid) -> Result<Task, Problem> {
    let task = tasks::find(&call.store, &call.user, id)
        .await?
        .ok_or_else(|| Problem::not_found("task"))?;
    present(&task)?;
    Ok(task)
}
