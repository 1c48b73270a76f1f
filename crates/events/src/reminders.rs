//! Reminders follow from the task as it is: of an event they take only which change it tells of. So an event that comes
//! twice, late or out of order leaves the same reminder.

use crate::Stamp;
use domain::event::CloudEvent;
use domain::{Task, UserId};
use storage::{DbError, Store, leases, reminders};

/// How many reminders one statement fires.
const BATCH: usize = 500;
/// How many reminders of a user are fired before the notifications are read: who reads waits for it.
const BATCH_OF_READER: usize = 100;

/// Whoever has this lease fires for all, so that replicas do not all work through the same reminders.
const LEASE: &str = "reminders";
/// Longer than a batch takes. It is no more than a saving: two that fire at once do not fire twice.
const LEASE_SECONDS: i64 = 10;
/// How long one call goes on; the rest is for the next. The sidecar gives a call up after 30 seconds.
const BUDGET_SECONDS: i64 = 10;

/// Brings the task's reminder in line with the task, as far as its change to the version `change` goes; `true` when it was
/// set or moved.
///
/// The time is the one that the change decided, so an event that an outage held back until it has passed still leaves its
/// reminder, which fires at once.
///
/// # Errors
/// [`DbError`].
pub async fn sync(store: &Store, task: &Task, change: u64, stamp: &Stamp) -> Result<bool, DbError> {
    if task.remind_at.is_none() && change <= 1 {
        // Nothing older could have set one.
        return Ok(false);
    }
    let event = task
        .remind_at
        .map(|time| CloudEvent::reminder_scheduled(task, time, &stamp.meta()).to_json());
    reminders::write(store, task, change, event.as_deref()).await
}

/// Fires what is due, of all users, unless another replica is at it, and for no longer than a call may take: one event
/// `reminder.triggered` each. Returns how many.
///
/// # Errors
/// [`DbError`].
pub async fn fire_due(store: &Store, stamp: &Stamp) -> Result<usize, DbError> {
    let owner = platform::new_id().to_string();
    let mut total = 0;
    while leases::acquire(store, LEASE, &owner, LEASE_SECONDS).await? {
        let batch = fire_batch(store, None, stamp, BATCH).await?;
        total += batch.fired;
        if !batch.more || (platform::now() - stamp.now).num_seconds() >= BUDGET_SECONDS {
            leases::release(store, LEASE, &owner).await?;
            break;
        }
    }
    Ok(total)
}

/// Fires what is due of one user, up to what a reader can wait for; the next reading or the job fires the rest. Returns how
/// many.
///
/// # Errors
/// [`DbError`].
pub async fn fire_due_of(store: &Store, user: &UserId, stamp: &Stamp) -> Result<usize, DbError> {
    let batch = fire_batch(store, Some(user), stamp, BATCH_OF_READER).await?;
    Ok(batch.fired)
}

/// What came of one statement that fires.
struct Batch {
    fired: usize,
    /// Whether another batch is worth a try: this one was full, and not all of it is somebody else's.
    more: bool,
}

async fn fire_batch(
    store: &Store,
    user: Option<&UserId>,
    stamp: &Stamp,
    limit: usize,
) -> Result<Batch, DbError> {
    let due = reminders::due(store, user, stamp.now, limit).await?;
    let full = due.len() == limit;
    let events: Vec<_> = due
        .into_iter()
        .map(|due| {
            let event = CloudEvent::reminder_triggered(&due.task, due.remind_at, &stamp.meta());
            (due, event.to_json())
        })
        .collect();
    let fired = reminders::fire(store, stamp.now, &events).await?;
    Ok(Batch {
        fired,
        more: full && fired > 0,
    })
}
