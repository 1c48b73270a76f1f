//! DELETE /api/:user_id/tasks/:id and POST .../restore

use crate::change::{Outcome, Target, change, present};
use crate::reply;
use domain::event::CloudEvent;
use http::StatusCode;
use platform::Reply;
use uuid::Uuid;
use web::{Call, Problem, body};

pub(crate) async fn delete(call: &Call, id: Uuid) -> Result<Reply, Problem> {
    let outcome = remove(call, Target::of(call, id)).await?;
    let response = body::empty(StatusCode::NO_CONTENT);
    Ok(reply::finish(response, &call.user, outcome.drained))
}

/// Marks the task as deleted.
pub(crate) async fn remove(call: &Call, target: Target<'_>) -> Result<Outcome, Problem> {
    change(call, target, |task, stamp| {
        let deleted = present(task)?.delete(stamp.now);
        Ok(deleted.map(|task| {
            let event = CloudEvent::task_deleted(&task, &stamp.meta());
            (task, event)
        }))
    })
    .await
}

pub(crate) async fn restore(call: &Call, id: Uuid) -> Result<Reply, Problem> {
    let outcome = change(call, Target::of(call, id), |task, stamp| {
        if task.deleted_at.is_none() {
            return Ok(None);
        }
        let restored = task
            .restore(stamp.now)
            .ok_or_else(|| Problem::not_found("task"))?;
        let event = CloudEvent::task_updated(&restored, &["deleted_at"], &stamp.meta());
        Ok(Some((restored, event)))
    })
    .await?;
    Ok(reply::outcome(&outcome))
}
