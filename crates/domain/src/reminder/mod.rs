//! When a task's reminder is due. Every change decides it once, and the task keeps it as `remind_at`; so whoever handles
//! the change's event late or twice sets the same reminder. Storing, firing and cancelling it is not decided here.

use chrono::TimeDelta;

use crate::{Task, Time, time};

/// The reminder that a new task, another due date or other minutes ask for at `now`: `remind_before_minutes` before the due
/// date, or at once when that has passed and the due date has not. `None` for a task that is completed, deleted, overdue,
/// without a due date or without a reminder.
///
/// It is the same whether the minutes were given or are the default: who wants to know a day ahead what is due in twenty
/// hours wants to know it now.
#[must_use]
pub fn asked(task: &Task, now: Time) -> Option<Time> {
    let at = planned(task)?;
    let still_due = task.due_date.is_some_and(|due| due > now);
    if at > now {
        Some(at)
    } else {
        still_due.then(|| time::truncate(now))
    }
}

/// The reminder of a task that is reopened or restored at `now`: as [`asked`], but none when its time has passed. It has
/// been reminded of already, or was done or deleted when it would have been; and who reopens it knows of it.
#[must_use]
pub fn brought_back(task: &Task, now: Time) -> Option<Time> {
    planned(task).filter(|at| *at > now)
}

/// The reminder of a task that was written before `remind_at` was kept: then only one whose time lay ahead was set.
#[must_use]
pub fn not_kept(task: &Task) -> Option<Time> {
    planned(task).filter(|at| *at > task.created_at)
}

/// `remind_before_minutes` before the due date, if the task waits at all.
fn planned(task: &Task) -> Option<Time> {
    if task.completed || task.deleted_at.is_some() {
        return None;
    }
    let before = TimeDelta::minutes(task.remind_before_minutes?.into());
    task.due_date?
        .checked_sub_signed(before)
        .filter(time::in_range)
}

#[cfg(test)]
mod tests;
