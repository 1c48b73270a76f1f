//! Reminders follow from the task as it is. Of an event they take only which change it tells of and when that was: so an
//! event that comes twice, late or out of order leaves the same reminder.

use crate::Stamp;
use domain::event::CloudEvent;
use domain::reminder::{self, ReminderCause};
use domain::{Task, UserId};
use storage::{DbError, Store, reminders};

/// How many reminders one statement fires.
const BATCH: usize = 50;

/// Brings the task's reminder in line with the task, as far as the change `cause` goes; `true` when it was set or moved.
///
/// A reminder whose time had passed when it was asked for is not set. One whose time passed since is set and fires at once:
/// an event that an outage held back still leaves its reminder.
///
/// # Errors
/// [`DbError`].
pub async fn sync(
    store: &Store,
    task: &Task,
    cause: ReminderCause,
    stamp: &Stamp,
) -> Result<bool, DbError> {
    let remind_at = reminder::remind_at(task).filter(|time| *time > cause.at);
    if remind_at.is_none() && cause.version <= 1 {
        // Nothing older could have set one.
        return Ok(false);
    }
    let event =
        remind_at.map(|time| CloudEvent::reminder_scheduled(task, time, &stamp.meta()).to_json());
    reminders::write(store, task, cause.version, remind_at, event.as_deref()).await
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
        let found = due.len();
        let events: Vec<_> = due
            .into_iter()
            .map(|(at, task)| {
                let event = CloudEvent::reminder_triggered(&task, at, &stamp.meta()).to_json();
                (at, task, event)
            })
            .collect();
        total += reminders::fire(store, stamp.now, &events).await?;
        if found < BATCH {
            return Ok(total);
        }
    }
}
