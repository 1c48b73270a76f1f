//! A task and the changes of state it goes through. Reading a client's JSON is `edit`'s, the dates of a series are
//! [`crate::recurrence`]'s.

mod asked;
mod edit;
mod fields;
mod read;
mod series;
mod validate;
mod view;

use chrono::{NaiveDateTime, TimeDelta};
use uuid::Uuid;

use crate::time::{Time, truncate};
use crate::{Interval, Priority, RecurrencePolicy, RecurrenceRule, TimeZone, UserId, reminder};

pub use asked::Asked;
pub use edit::Change;
pub use view::TaskView;

/// How long a deleted task can be restored, in days.
pub const RESTORE_DAYS: i64 = 30;

/// One task as it is stored. All times are UTC in whole microseconds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Task {
    /// Ours, UUID v7.
    pub id: Uuid,
    /// The owner.
    pub user_id: UserId,
    /// 1 to 200 characters, trimmed.
    pub title: String,
    /// Up to 4,000 characters.
    pub description: Option<String>,
    /// Medium unless said otherwise.
    pub priority: Priority,
    /// 0 to 10, lower-cased, unique, in the order given.
    pub tags: Vec<String>,
    /// When it is due.
    pub due_date: Option<Time>,
    /// The zone in which the series keeps its wall-clock time.
    pub time_zone: TimeZone,
    /// Whether completing it creates the next occurrence.
    pub is_recurring: bool,
    /// The unit between two occurrences; either this or `recurrence_rule` is set whenever `is_recurring` is.
    pub recurring_interval: Option<Interval>,
    /// How many units lie between two occurrences, 1 to 999.
    pub recurring_every: u32,
    /// The dates of the series, and its end, instead of an interval. It counts from the anchor.
    pub recurrence_rule: Option<RecurrenceRule>,
    /// Which date the next occurrence gets.
    pub recurrence_policy: RecurrencePolicy,
    /// No occurrence is due after this (inclusive).
    pub recurring_until: Option<Time>,
    /// How many occurrences the series has, the first included.
    pub recurring_count: Option<u32>,
    /// How long before the due date the reminder comes, in minutes; none when null.
    pub remind_before_minutes: Option<u32>,
    /// When its reminder fires or has fired, as the last change that asked for one decided; see [`reminder`]. `None`: there
    /// is none.
    pub remind_at: Option<Time>,
    /// Whether it is done.
    pub completed: bool,
    /// When it was done.
    pub completed_at: Option<Time>,
    /// The series it belongs to: the first occurrence's id. Stays once assigned.
    pub series_id: Option<Uuid>,
    /// Its number in the series, from 1.
    pub occurrence: Option<u32>,
    /// What the clock in `time_zone` showed at the series' original due date: every date of the series is counted from
    /// here, so that the 31st survives February. Not part of the API.
    pub anchor: Option<NaiveDateTime>,
    /// 1, 2, 3 ...: one more with every change.
    pub version: u64,
    /// When it was created.
    pub created_at: Time,
    /// When it last changed.
    pub updated_at: Time,
    /// When it was deleted; null while it is not.
    pub deleted_at: Option<Time>,
}

impl Task {
    /// Whether the due date has passed on a task that is not done.
    #[must_use]
    pub fn overdue(&self, now: Time) -> bool {
        !self.completed && self.due_date.is_some_and(|due| due < now)
    }

    /// Whether it became overdue since its last change, so that what a client sees of one version is not what it once was.
    #[must_use]
    pub fn became_overdue(&self, now: Time) -> bool {
        self.overdue(now) && self.due_date.is_some_and(|due| due >= self.updated_at)
    }

    /// The task completed or reopened; `None` when it is in that state already.
    #[must_use]
    pub fn set_completed(&self, completed: bool, now: Time) -> Option<Self> {
        if self.completed == completed {
            return None;
        }
        let completed_at = completed.then(|| truncate(now));
        let task = Self {
            completed,
            completed_at,
            ..self.changed(now)
        };
        Some(task.with_reminder_of_state(now))
    }

    /// The task marked as deleted; `None` when it is already.
    #[must_use]
    pub fn delete(&self, now: Time) -> Option<Self> {
        if self.deleted_at.is_some() {
            return None;
        }
        let task = Self {
            deleted_at: Some(truncate(now)),
            ..self.changed(now)
        };
        Some(task.with_reminder_of_state(now))
    }

    /// The task brought back; `None` when it is not deleted or was deleted more than [`RESTORE_DAYS`] ago.
    #[must_use]
    pub fn restore(&self, now: Time) -> Option<Self> {
        if !self.restorable(now) {
            return None;
        }
        let task = Self {
            deleted_at: None,
            ..self.changed(now)
        };
        Some(task.with_reminder_of_state(now))
    }

    /// Whether the task is deleted and can still be restored.
    #[must_use]
    pub fn restorable(&self, now: Time) -> bool {
        self.deleted_at.is_some_and(|deleted| {
            now.signed_duration_since(deleted) <= TimeDelta::days(RESTORE_DAYS)
        })
    }

    /// None while it is completed or deleted, and the one it comes back to afterwards.
    fn with_reminder_of_state(self, now: Time) -> Self {
        Self {
            remind_at: reminder::brought_back(&self, now),
            ..self
        }
    }

    /// A copy with the next version; every change starts from it.
    fn changed(&self, now: Time) -> Self {
        Self {
            version: self.version.saturating_add(1),
            updated_at: truncate(now),
            ..self.clone()
        }
    }
}

#[cfg(test)]
mod tests;
