//! Why an event is a dead letter. What the bus refused says why in the outbox; what the bus brings does not, so
//! the event is judged again.

use domain::event::{
    CloudEvent, CompletedData, EventData, EventType, Malformed, ScheduledData, TriggeredData,
    UpdatedData,
};
use storage::{DbError, Store, outbox, redeliveries, tasks};

/// Nothing is wrong with the event.
pub(crate) const NOT_HANDLED: &str = "not handled within the retries";

/// The reason for an operator.
///
/// # Errors
/// [`DbError`] when the outbox or the task cannot be looked at.
pub(crate) async fn reason(store: &Store, event: &CloudEvent) -> Result<String, DbError> {
    if let Some(refusal) = outbox::refusal(store, &event.id).await? {
        return Ok(refusal);
    }
    if let Some(failure) = redeliveries::given_up(store, &event.id).await? {
        return Ok(failure);
    }
    if let Err(error) = check(event) {
        return Ok(error.to_string());
    }
    let Ok(data) = EventData::of(event) else {
        return Ok("unknown type".to_owned());
    };
    let owner = tasks::owner(store, data.task_id).await?;
    Ok(
        if owner.is_some_and(|owner| owner != data.user_id.as_str()) {
            "data.user_id is not the owner of the task".to_owned()
        } else {
            NOT_HANDLED.to_owned()
        },
    )
}

fn check(event: &CloudEvent) -> Result<(), Malformed> {
    match event.kind() {
        Some(EventType::TaskUpdated) => UpdatedData::of(event).map(drop),
        Some(EventType::TaskCompleted) => CompletedData::of(event).map(drop),
        Some(EventType::ReminderScheduled) => ScheduledData::of(event).map(drop),
        Some(EventType::ReminderTriggered) => TriggeredData::of(event).map(drop),
        Some(EventType::TaskCreated | EventType::TaskDeleted) => EventData::of(event).map(drop),
        None => Ok(()),
    }
}
