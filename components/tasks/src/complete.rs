//! POST and PATCH /api/:user_id/tasks/:id/complete: completes, or reopens with `{"completed": false}`.

use crate::change::{Outcome, Target, change, present};
use crate::reply;
use domain::event::CloudEvent;
use domain::{FieldError, FieldErrors};
use platform::Reply;
use serde_json::Value;
use uuid::Uuid;
use web::{Call, Problem, body};

pub(crate) async fn complete(call: &Call, id: Uuid) -> Result<Reply, Problem> {
    let completed = wanted(call)?;
    let outcome = set_completed(call, Target::of(call, id), completed).await?;
    Ok(reply::outcome(&outcome))
}

/// Completes or reopens.
pub(crate) async fn set_completed(
    call: &Call,
    target: Target<'_>,
    completed: bool,
) -> Result<Outcome, Problem> {
    change(call, target, |task, stamp| {
        let changed = present(task)?.set_completed(completed, stamp.now);
        Ok(changed.map(|task| {
            let event = CloudEvent::task_completed(&task, &stamp.meta());
            (task, event)
        }))
    })
    .await
}

/// The state that the body asks for; without one, completed.
fn wanted(call: &Call) -> Result<bool, Problem> {
    if call.request.body().is_empty() {
        return Ok(true);
    }
    let input = body::object(&call.request, &[body::JSON, body::MERGE_PATCH])?;
    let mut completed = true;
    let mut errors = Vec::new();
    for (field, value) in input {
        let message = match (field.as_str(), value) {
            ("completed", Value::Bool(wanted)) => {
                completed = wanted;
                continue;
            }
            ("completed", _) => "must be true or false",
            _ => "unknown field",
        };
        errors.push(FieldError {
            field,
            message: message.to_owned(),
        });
    }
    if errors.is_empty() {
        Ok(completed)
    } else {
        Err(FieldErrors(errors).into())
    }
}
