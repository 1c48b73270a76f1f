//! PATCH and PUT /api/:user_id/tasks/:id

use crate::change::{Decision, Outcome, Target, change, present};
use crate::reply;
use domain::event::CloudEvent;
use domain::{Change, FieldErrors};
use events::Stamp;
use platform::Reply;
use serde_json::{Map, Value};
use uuid::Uuid;
use web::{Call, Problem, body};

pub(crate) async fn patch(call: &Call, id: Uuid) -> Result<Reply, Problem> {
    let input = body::object(&call.request, &[body::JSON, body::MERGE_PATCH])?;
    let outcome = merge(call, Target::of(call, id), &input).await?;
    Ok(reply::outcome(&outcome))
}

/// Changes the fields given.
pub(crate) async fn merge(
    call: &Call,
    target: Target<'_>,
    input: &Map<String, Value>,
) -> Result<Outcome, Problem> {
    change(call, target, |task, stamp| {
        decision(present(task)?.patch(input, stamp.now), stamp)
    })
    .await
}

pub(crate) async fn replace(call: &Call, id: Uuid) -> Result<Reply, Problem> {
    let input = body::object(&call.request, &[body::JSON])?;
    let outcome = change(call, Target::of(call, id), |task, stamp| {
        decision(present(task)?.replace(&input, stamp.now), stamp)
    })
    .await?;
    Ok(reply::outcome(&outcome))
}

fn decision(
    change: Result<Option<Change>, FieldErrors>,
    stamp: &Stamp,
) -> Result<Decision, Problem> {
    Ok(change?.map(
        |Change {
             task,
             changed_fields,
         }| {
            let event = CloudEvent::task_updated(&task, &changed_fields, &stamp.meta());
            (task, event)
        },
    ))
}
