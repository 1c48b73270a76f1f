//! POST /api/events/tasks/completed: the next occurrence of a recurring task; taken back when the task is reopened.
//!
//! The next occurrence is worked out from the task as it is now, and keeps that version. A reopening takes back what was
//! worked out before it, and so does a later completion, between which and the earlier one there was a reopening: unless
//! somebody has touched it, or also then if it is deleted. So the events may come twice, late or out of order.

use domain::event::{CloudEvent, CompletedData, EventType};
use domain::{Task, recurrence};
use events::consume::{self, Delivery, Effect, Failure};
use events::reminders;
use platform::{Reply, Request};
use storage::DbError;
use storage::tasks::{self, Withdrawal};

/// How often the next occurrence is worked out again because the task changed meanwhile.
const ATTEMPTS: u32 = 10;
/// The version of a task that its creation made: whoever made it sets its reminder as of then, whatever has come after.
const CREATION: u64 = 1;

platform::component!(handle);

async fn handle(request: Request) -> Reply {
    consume::handle(request, EventType::TaskCompleted, effect).await
}

async fn effect(delivery: Delivery) -> Result<Effect, Failure> {
    let CompletedData {
        completed,
        on_its_own,
        ..
    } = CompletedData::of(&delivery.event)?;
    if on_its_own {
        // Many a task: the database is not asked. A reminder from when there was a due date does not fire, and the event of the
        // change that took the date away cancels it.
        return Ok(Effect::Skipped("no reminder, no series"));
    }
    let Some(task) = delivery.task().await? else {
        return Ok(Effect::Skipped("task gone"));
    };
    let change = delivery.change_of(&task);
    let own = reminders::sync(&delivery.store, &task, change, &delivery.stamp).await?;
    let withdrawn = !completed
        && match tasks::find_next(&delivery.store, &task).await? {
            Some(next) => withdraw(&delivery, &next).await?,
            None => false,
        };
    let effect = create_next(&delivery, task).await?;
    Ok(match effect {
        Effect::Skipped(_) if withdrawn => Effect::Applied("next occurrence withdrawn"),
        Effect::Skipped(outcome) if own => Effect::Applied(outcome),
        effect => effect,
    })
}

/// Also after a reopening: the task may have been completed again since, and found the occurrence that was then withdrawn.
async fn create_next(delivery: &Delivery, mut task: Task) -> Result<Effect, Failure> {
    let Delivery { store, stamp, .. } = delivery;
    for _ in 0..ATTEMPTS {
        let Some(completed_at) = task.completed_at else {
            return Ok(Effect::Skipped("task is open"));
        };
        let id = platform::new_id();
        let Some(next) = recurrence::next_instance(&task, completed_at, id, stamp.now) else {
            return Ok(Effect::Skipped("no further occurrence"));
        };
        let event = CloudEvent::task_created(&next, &stamp.meta()).to_json();
        if tasks::insert_next(store, &next, &task, &event).await? {
            // Nobody else sets its reminder: its task.created is skipped as made by an event component.
            reminders::sync(store, &next, CREATION, stamp).await?;
            return Ok(Effect::Applied("next occurrence created"));
        }
        if let Some(next) = tasks::find_next(store, &task).await? {
            if withdraw(delivery, &next).await? {
                continue;
            }
            // Had the delivery before this one died in between, its reminder would be missing.
            let set = reminders::sync(store, &next, CREATION, stamp).await?;
            return Ok(if set {
                Effect::Applied("reminder set")
            } else {
                Effect::Skipped("duplicate")
            });
        }
        // The task has changed since it was read, and the event of a mere edit would not lead here again.
        let Some(now) = delivery.task().await? else {
            return Ok(Effect::Skipped("task gone"));
        };
        task = now;
    }
    Err(DbError::Unavailable("the task keeps being changed".to_owned()).into())
}

/// Takes the occurrence back if an earlier completion than the event's made it and nobody needs it.
async fn withdraw(delivery: &Delivery, next: &Task) -> Result<bool, Failure> {
    let Delivery {
        store, stamp, data, ..
    } = delivery;
    let deleted = next.delete(stamp.now).unwrap_or_else(|| next.clone());
    let event = CloudEvent::task_deleted(&deleted, &stamp.meta()).to_json();
    let withdrawal = tasks::withdraw_next(store, &deleted, data.version, &event).await?;
    if withdrawal == Withdrawal::Deleted {
        // Its task.deleted is skipped as made by an event component.
        reminders::sync(store, &deleted, deleted.version, stamp).await?;
    }
    Ok(withdrawal != Withdrawal::Kept)
}
