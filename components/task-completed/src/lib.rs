//! POST /api/events/tasks/completed: the next occurrence of a recurring task; taken back when the task is reopened.
//!
//! Each of the two looks at the task as it is now, in the statement that writes: an event that comes twice, late or out
//! of order finds nothing left to do.

use domain::event::{CloudEvent, CompletedData, EventType};
use domain::{Task, recurrence};
use events::subscriber::{self, Delivery, Failure, Outcome};
use platform::{Reply, Request};
use storage::tasks;

platform::component!(handle);

async fn handle(request: Request) -> Reply {
    subscriber::handle(request, EventType::TaskCompleted, effect).await
}

async fn effect(delivery: Delivery) -> Result<Outcome, Failure> {
    let completed = CompletedData::of(&delivery.event)?.completed;
    match delivery.task().await? {
        None => Ok(Outcome::Nothing("task gone")),
        Some(task) if completed => create_next(&delivery, &task).await,
        Some(task) => withdraw_next(&delivery, &task).await,
    }
}

async fn create_next(delivery: &Delivery, task: &Task) -> Result<Outcome, Failure> {
    let Some(completed_at) = task.completed_at else {
        return Ok(Outcome::Nothing("reopened since"));
    };
    let Some(next) =
        recurrence::next_instance(task, completed_at, platform::new_id(), delivery.stamp.now)
    else {
        return Ok(Outcome::Nothing("no further occurrence"));
    };
    let event = CloudEvent::task_created(&next, &delivery.stamp.meta()).to_json();
    if tasks::insert_next(&delivery.store, &next, task.id, &event).await? {
        Ok(Outcome::Changed("next occurrence created"))
    } else {
        Ok(Outcome::Nothing("duplicate"))
    }
}

async fn withdraw_next(delivery: &Delivery, task: &Task) -> Result<Outcome, Failure> {
    let next = tasks::find_next(&delivery.store, task).await?;
    let Some(withdrawn) = next.and_then(|next| next.delete(delivery.stamp.now)) else {
        return Ok(Outcome::Nothing("no next occurrence"));
    };
    let event = CloudEvent::task_deleted(&withdrawn, &delivery.stamp.meta()).to_json();
    if tasks::withdraw_next(&delivery.store, &withdrawn, task.id, &event).await? {
        Ok(Outcome::Changed("next occurrence withdrawn"))
    } else {
        Ok(Outcome::Nothing("next occurrence is in use"))
    }
}
