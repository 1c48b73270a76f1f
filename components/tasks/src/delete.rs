//! DELETE /api/:user_id/tasks/:id and POST .../restore

use crate::change::{change, change_with, present};
use domain::event::CloudEvent;
use http::StatusCode;
use platform::Reply;
use uuid::Uuid;
use web::{Call, Problem, body};

pub(crate) async fn delete(call: &Call, id: Uuid) -> Result<Reply, Problem> {
    change_with(
        call,
        id,
        |task, stamp| {
            let deleted = present(task)?.delete(stamp.now);
            Ok(deleted.map(|task| {
                let event = CloudEvent::task_deleted(&task, &stamp.meta());
                (task, event)
            }))
        },
        |_, _| body::empty(StatusCode::NO_CONTENT),
    )
    .await
}

pub(crate) async fn restore(call: &Call, id: Uuid) -> Result<Reply, Problem> {
    change(call, id, |task, stamp| {
        if task.deleted_at.is_none() {
            return Ok(None);
        }
        let restored = task
            .restore(stamp.now)
            .ok_or_else(|| Problem::not_found("task"))?;
        let event = CloudEvent::task_updated(&restored, &["deleted_at"], &stamp.meta());
        Ok(Some((restored, event)))
    })
    .await
}
