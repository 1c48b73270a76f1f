//! Reminders follow from the task as it is, never from what an event said of it: so an event that comes twice, late or
//! out of order leaves the same reminder.

use crate::Stamp;
use domain::event::CloudEvent;
use domain::{Task, UserId, reminder};
use storage::{DbError, Store, reminders};

/// How many reminders one statement fires.
const BATCH: usize = 50;

/// Brings the task's reminder in line with the task; `true` when that changed something.
///
/// A reminder whose time had passed when the task last changed is not set any more. One whose time passed since is set and
/// fires at once: an event that an outage held back still leaves its reminder.
///
/// # Errors
/// [`DbError`].
pub async fn sync(store: &Store, task: &Task, stamp: &Stamp) -> Result<bool, DbError> {
    match reminder::remind_at(task) {
        Some(remind_at) if remind_at > task.updated_at => {
            let event = CloudEvent::reminder_scheduled(task, remind_at, &stamp.meta()).to_json();
            reminders::schedule(store, task, remind_at, &event).await
        }
        // A task that never changed never had another reminder.
        _ if task.version <= 1 => Ok(false),
        past => reminders::cancel(store, task, past).await,
    }
}

/// Fires what is due, of one user or of all: one event `reminder.triggered` each. Returns how many.
///
/// # Errors
/// [`DbError`].
pub async fn fire_due(
    store: &Store,
    user: Option<&UserId>,
    stamp: &Stamp,
) -> Result<usize, DbError> {
    let mut total = 0;
    loop {
        let due = reminders::due(store, user, stamp.now, BATCH).await?;
        let events: Vec<_> = due
            .iter()
            .map(|(at, task)| {
                (
                    task.id,
                    CloudEvent::reminder_triggered(task, *at, &stamp.meta()).to_json(),
                )
            })
            .collect();
        total += reminders::fire(store, stamp.now, &events).await?;
        if due.len() < BATCH {
            return Ok(total);
        }
    }
}
