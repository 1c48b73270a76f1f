//! POST /api/events/tasks/completed: the next occurrence of a recurring task; taken back when the task is reopened.
//!
//! The next occurrence is worked out from the task as it is now, and keeps that version; a reopening takes back what was
//! worked out before it. So an event that comes twice, late or out of order finds nothing left to do.

use domain::event::{CloudEvent, CompletedData, EventType};
use domain::reminder::ReminderCause;
use domain::{Task, recurrence};
use events::consume::{self, Delivery, Effect, Failure};
use events::reminders;
use platform::{Reply, Request};
use storage::{DbError, tasks};

/// How often the next occurrence is worked out again because the task changed meanwhile.
const ATTEMPTS: u32 = 10;

platform::component!(handle);

async fn handle(request: Request) -> Reply {
    consume::handle(request, EventType::TaskCompleted, effect).await
}

async fn effect(delivery: Delivery) -> Result<Effect, Failure> {
    let completed = CompletedData::of(&delivery.event)?.completed;
    let Some(task) = delivery.task().await? else {
        return Ok(Effect::Skipped("task gone"));
    };
    let cause = ReminderCause::from_event(&delivery.event, &delivery.data, &task);
    let own = reminders::sync(&delivery.store, &task, cause, &delivery.stamp).await?;
    let withdrawn = !completed && withdraw_next(&delivery, &task).await?;
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
            reminders::sync(store, &next, ReminderCause::from_creation(&next), stamp).await?;
            return Ok(Effect::Applied("next occurrence created"));
        }
        if let Some(next) = tasks::find_next(store, &task).await? {
            // Had the delivery before this one died in between, its reminder would be missing.
            let set =
                reminders::sync(store, &next, ReminderCause::from_creation(&next), stamp).await?;
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

/// Takes back what an earlier completion made, if nobody has touched it.
async fn withdraw_next(delivery: &Delivery, task: &Task) -> Result<bool, Failure> {
    let Delivery {
        store, stamp, data, ..
    } = delivery;
    let next = tasks::find_next(store, task).await?;
    let Some(withdrawn) = next.and_then(|next| next.delete(stamp.now)) else {
        return Ok(false);
    };
    let event = CloudEvent::task_deleted(&withdrawn, &stamp.meta()).to_json();
    if !tasks::withdraw_next(store, &withdrawn, data.version, &event).await? {
        return Ok(false);
    }
    reminders::sync(
        store,
        &withdrawn,
        ReminderCause::from_last_change(&withdrawn),
        stamp,
    )
    .await?;
    Ok(true)
}
