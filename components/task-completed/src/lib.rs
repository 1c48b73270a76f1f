//! POST /api/events/tasks/completed: the next occurrence of a recurring task; taken back when the task is reopened.
//!
//! Each of the two looks at the task as it is now, in the statement that writes: an event that comes twice, late or out
//! of order finds nothing left to do.

use domain::event::{CloudEvent, CompletedData, EventType};
use domain::reminder::Asked;
use domain::{Task, recurrence};
use events::reminders;
use events::subscriber::{self, Delivery, Failure, Outcome};
use platform::{Reply, Request};
use storage::tasks;

platform::component!(handle);

async fn handle(request: Request) -> Reply {
    subscriber::handle(request, EventType::TaskCompleted, effect).await
}

async fn effect(delivery: Delivery) -> Result<Outcome, Failure> {
    let completed = CompletedData::of(&delivery.event)?.completed;
    let Some(task) = delivery.task().await? else {
        return Ok(Outcome::Nothing("task gone"));
    };
    let asked = Asked::by(&delivery.event, &delivery.data, &task);
    let own = reminders::sync(&delivery.store, &task, asked, &delivery.stamp).await?;
    let outcome = if completed {
        create_next(&delivery, &task).await?
    } else {
        withdraw_next(&delivery, &task).await?
    };
    match outcome {
        Outcome::Nothing(outcome) if own => Ok(Outcome::Changed(outcome)),
        outcome => Ok(outcome),
    }
}

async fn create_next(delivery: &Delivery, task: &Task) -> Result<Outcome, Failure> {
    let Delivery { store, stamp, .. } = delivery;
    let Some(completed_at) = task.completed_at else {
        return Ok(Outcome::Nothing("reopened since"));
    };
    let Some(next) = recurrence::next_instance(task, completed_at, platform::new_id(), stamp.now)
    else {
        return Ok(Outcome::Nothing("no further occurrence"));
    };
    let event = CloudEvent::task_created(&next, &stamp.meta()).to_json();
    if tasks::insert_next(store, &next, task.id, &event).await? {
        // Nobody else sets its reminder: its task.created is skipped as made by an event component.
        reminders::sync(store, &next, Asked::by_creation(&next), stamp).await?;
        return Ok(Outcome::Changed("next occurrence created"));
    }
    // It is there; had the delivery before this one died in between, its reminder would be missing.
    match tasks::find_next(store, task).await? {
        Some(next) if reminders::sync(store, &next, Asked::by_creation(&next), stamp).await? => {
            Ok(Outcome::Changed("reminder set"))
        }
        _ => Ok(Outcome::Nothing("duplicate")),
    }
}

async fn withdraw_next(delivery: &Delivery, task: &Task) -> Result<Outcome, Failure> {
    let Delivery { store, stamp, .. } = delivery;
    let next = tasks::find_next(store, task).await?;
    let Some(withdrawn) = next.and_then(|next| next.delete(stamp.now)) else {
        return Ok(Outcome::Nothing("no next occurrence"));
    };
    let event = CloudEvent::task_deleted(&withdrawn, &stamp.meta()).to_json();
    if tasks::withdraw_next(store, &withdrawn, task.id, &event).await? {
        reminders::sync(store, &withdrawn, Asked::by_last_change(&withdrawn), stamp).await?;
        return Ok(Outcome::Changed("next occurrence withdrawn"));
    }
    Ok(Outcome::Nothing("next occurrence is in use"))
}
