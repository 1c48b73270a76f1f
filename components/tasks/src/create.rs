//! POST /api/:user_id/tasks

use crate::change::Outcome;
use crate::{idempotency, reply};
use domain::event::CloudEvent;
use domain::{Task, Time};
use events::Stamp;
use platform::Reply;
use serde_json::{Map, Value};
use storage::tasks;
use web::{Call, Problem, body};

pub(crate) async fn create(call: &Call) -> Result<Reply, Problem> {
    let key = idempotency::key(call.request.headers())?;
    let input = body::object(&call.request, &[body::JSON])?;
    if let Some(key) = key {
        return idempotency::create(call, &input, key).await;
    }
    let Outcome { task, now, drained } = make(call, &input).await?;
    Ok(reply::finish(
        reply::created(&task, now),
        &call.user,
        drained,
    ))
}

/// Makes the task.
pub(crate) async fn make(call: &Call, input: &Map<String, Value>) -> Result<Outcome, Problem> {
    let (task, event, now) = decide(call, input)?;
    let drained = tasks::insert(&call.store, &task, &event).await?;
    Ok(Outcome {
        task,
        now,
        drained: Some(drained),
    })
}

/// The task as it will be, its event as JSON, and when it is made.
pub(crate) fn decide(
    call: &Call,
    input: &Map<String, Value>,
) -> Result<(Task, String, Time), Problem> {
    let stamp = Stamp::user();
    let task = Task::create(input, call.user.clone(), platform::new_id(), stamp.now)?;
    let event = CloudEvent::task_created(&task, &stamp.meta()).to_json();
    Ok((task, event, stamp.now))
}
