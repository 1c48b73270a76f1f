//! Around the effect of one event type: who calls, is it an event, is it for this component, and how to acknowledge it.

use super::reply::{dropped, parse, success};
use crate::ack::Ack;
use crate::{Stamp, reminders, wake_relay_for};
use domain::event::{CloudEvent, EventData, EventType, HANDLER_SOURCE, Malformed, Topic};
use domain::{Task, UserId};
use platform::{DbError, Reply, Request, log};
use storage::{Store, tasks};
use web::access;

/// A delivered event whose envelope and common fields are in order.
pub struct Delivery {
    /// The event.
    pub event: CloudEvent,
    /// Which task of which user.
    pub data: EventData,
    /// The open database.
    pub store: Store,
    /// For what the component changes because of the event.
    pub stamp: Stamp,
}

impl Delivery {
    /// The event's task as it is now; `None` when it is gone.
    ///
    /// # Errors
    /// [`Failure::Malformed`] when it is another user's.
    pub async fn task(&self) -> Result<Option<Task>, Failure> {
        let task = tasks::get(&self.store, self.data.task_id).await?;
        match task {
            Some(task) if task.user_id != self.data.user_id => Err(Failure::Malformed(
                "data.user_id is not the owner of the task".to_owned(),
            )),
            task => Ok(task),
        }
    }

    /// The version of `task` that the event tells of. No event of ours is ahead of its task.
    #[must_use]
    pub fn change_of(&self, task: &Task) -> u64 {
        self.data.version.min(task.version)
    }
}

/// The effect of an event that concerns the task's reminder and nothing else.
///
/// # Errors
/// [`Failure`].
pub async fn sync_reminder(delivery: Delivery) -> Result<Effect, Failure> {
    let Some(task) = delivery.task().await? else {
        return Ok(Effect::Skipped("task gone"));
    };
    let change = delivery.change_of(&task);
    if reminders::sync(&delivery.store, &task, change, &delivery.stamp).await? {
        Ok(Effect::Applied("reminder set"))
    } else {
        Ok(Effect::Skipped("reminder in line"))
    }
}

/// What an effect came to.
pub enum Effect {
    /// Something changed, and its events wait in the outbox.
    Applied(&'static str),
    /// There was nothing to do.
    Skipped(&'static str),
}

/// Why an effect did not happen.
pub enum Failure {
    /// It never can.
    Malformed(String),
    /// It may, another time.
    Database(DbError),
}

impl From<Malformed> for Failure {
    fn from(error: Malformed) -> Self {
        Self::Malformed(error.to_string())
    }
}

impl From<DbError> for Failure {
    fn from(error: DbError) -> Self {
        Self::Database(error)
    }
}

/// Handles a delivery of `event_type` by `effect`.
pub async fn handle<F>(request: Request, event_type: EventType, effect: F) -> Reply
where
    F: AsyncFnOnce(Delivery) -> Result<Effect, Failure>,
{
    if let Some(reply) = access::refuse_sidecar(&request) {
        return reply;
    }
    match accept(&request, event_type, effect).await {
        Ok((Effect::Applied(outcome), Some(user))) => success(outcome).then(wake_relay_for(user)),
        Ok((Effect::Applied(outcome) | Effect::Skipped(outcome), _)) => success(outcome),
        Err(Failure::Malformed(reason)) => dropped(&request, &reason),
        Err(Failure::Database(error)) => {
            log::error(format!("event comes again: {error}"));
            Ack::Retry("the database does not answer".to_owned()).into()
        }
    }
}

/// The effect, and the user whom it concerns, if it came to that.
async fn accept<F>(
    request: &Request,
    event_type: EventType,
    effect: F,
) -> Result<(Effect, Option<UserId>), Failure>
where
    F: AsyncFnOnce(Delivery) -> Result<Effect, Failure>,
{
    let event = parse(request.body())?;
    if event.kind() != Some(event_type) {
        return skipped("not a type for this component");
    }
    if event_type.topic() == Topic::Tasks && event.source == HANDLER_SOURCE {
        return skipped("made by an event component: no circular trigger");
    }
    let data = EventData::of(&event)?;
    let store = Store::open();
    let stamp = Stamp::handler();
    let user = data.user_id.clone();
    let effect = effect(Delivery {
        event,
        data,
        store,
        stamp,
    });
    Ok((effect.await?, Some(user)))
}

fn skipped(outcome: &'static str) -> Result<(Effect, Option<UserId>), Failure> {
    Ok((Effect::Skipped(outcome), None))
}
