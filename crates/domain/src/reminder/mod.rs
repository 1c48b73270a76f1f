//! When a task's reminder is due, and which change asked for it. Storing, firing and cancelling it is not decided here.

use chrono::TimeDelta;
use serde_json::Value;

use crate::event::{CloudEvent, EventData};
use crate::{Task, Time, time};

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
        .filter(time::in_range)
}

/// The change that a task's reminder follows from: its creation, or a later change of what [`remind_at`] looks at. Changes
/// of other fields ask for nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ReminderCause {
    /// The task's version after it.
    pub version: u64,
    /// When it was.
    pub at: Time,
}

impl ReminderCause {
    /// By the creation of `task`.
    #[must_use]
    pub fn from_creation(task: &Task) -> Self {
        Self {
            version: 1,
            at: task.created_at,
        }
    }

    /// By the last change of `task`.
    #[must_use]
    pub fn from_last_change(task: &Task) -> Self {
        Self {
            version: task.version,
            at: task.updated_at,
        }
    }

    /// By the change of `task` that `event` tells of. When the task has another due date or reminder by now, a later change
    /// asked for it, at the latest the last one; that change's own event says when.
    #[must_use]
    pub fn from_event(event: &CloudEvent, data: &EventData, task: &Task) -> Self {
        let last = Self::from_last_change(task);
        Self {
            // No event of ours is ahead of its task.
            version: data.version.min(last.version),
            at: if still_as_told(&event.data, task) {
                data.timestamp.min(last.at)
            } else {
                last.at
            },
        }
    }
}

/// Whether what an event carries of the reminder's fields is what the task has now.
fn still_as_told(data: &Value, task: &Task) -> bool {
    let due_date = data.get("due_date").map(Value::as_str);
    let due_date = due_date.map(|text| text.and_then(|text| time::parse_utc(text).ok()));
    let minutes = data.get("remind_before_minutes").map(Value::as_u64);
    due_date.is_none_or(|due| due == task.due_date)
        && minutes.is_none_or(|minutes| minutes == task.remind_before_minutes.map(u64::from))
}

#[cfg(test)]
mod tests;
