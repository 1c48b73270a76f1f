//! When a task's reminder is due. Storing, firing and cancelling it is not decided here.

use chrono::TimeDelta;

use crate::{Task, Time};

/// `remind_before_minutes` before the due date; `None` for a task that is completed, deleted, without a due date or
/// without a reminder. May be past already.
#[must_use]
pub fn remind_at(task: &Task) -> Option<Time> {
    if task.completed || task.deleted_at.is_some() {
        return None;
    }
    let before = TimeDelta::minutes(task.remind_before_minutes?.into());
    task.due_date?
        .checked_sub_signed(before)
        .filter(crate::time::in_range)
}

#[cfg(test)]
mod tests;
