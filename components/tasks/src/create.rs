//! POST /api/:user_id/tasks

use crate::reply;
use domain::Task;
use domain::event::CloudEvent;
use events::Stamp;
use platform::Reply;
use storage::tasks;
use web::{Call, Problem, body};

pub(crate) async fn create(call: &Call) -> Result<Reply, Problem> {
    let input = body::object(&call.request, &[body::JSON])?;
    let stamp = Stamp::user();
    let task = Task::create(&input, call.user.clone(), platform::new_id(), stamp.now)?;
    let event = CloudEvent::task_created(&task, &stamp.meta()).to_json();
    let drained = tasks::insert(&call.store, &task, &event).await?;
    let response = reply::created(&task, stamp.now);
    Ok(reply::changed(response, task, drained))
}
