//! The task as API clients and events see it.

use serde::Serialize;
use uuid::Uuid;

use crate::time::{self, Time};
use crate::{Interval, Priority, RecurrencePolicy, RecurrenceRule, Task, TimeZone, UserId};

/// A task's public fields in their documented order, ready to serialise; times are UTC with `Z`.
#[derive(Debug, Serialize)]
pub struct TaskView<'a> {
    id: Uuid,
    user_id: &'a UserId,
    title: &'a str,
    description: Option<&'a str>,
    priority: Priority,
    tags: &'a [String],
    #[serde(serialize_with = "time::serialize_option")]
    due_date: Option<Time>,
    time_zone: &'a TimeZone,
    is_recurring: bool,
    recurring_interval: Option<Interval>,
    recurring_every: u32,
    recurrence_rule: Option<&'a RecurrenceRule>,
    recurrence_policy: RecurrencePolicy,
    #[serde(serialize_with = "time::serialize_option")]
    recurring_until: Option<Time>,
    recurring_count: Option<u32>,
    remind_before_minutes: Option<u32>,
    #[serde(serialize_with = "time::serialize_option")]
    remind_at: Option<Time>,
    completed: bool,
    #[serde(serialize_with = "time::serialize_option")]
    completed_at: Option<Time>,
    series_id: Option<Uuid>,
    occurrence: Option<u32>,
    overdue: bool,
    version: u64,
    #[serde(serialize_with = "time::serialize")]
    created_at: Time,
    #[serde(serialize_with = "time::serialize")]
    updated_at: Time,
}

impl Task {
    /// What a client sees of the task at `now`, which decides `overdue`.
    #[must_use]
    pub fn view(&self, now: Time) -> TaskView<'_> {
        TaskView {
            id: self.id,
            user_id: &self.user_id,
            title: &self.title,
            description: self.description.as_deref(),
            priority: self.priority,
            tags: &self.tags,
            due_date: self.due_date,
            time_zone: &self.time_zone,
            is_recurring: self.is_recurring,
            recurring_interval: self.recurring_interval,
            recurring_every: self.recurring_every,
            recurrence_rule: self.recurrence_rule.as_ref(),
            recurrence_policy: self.recurrence_policy,
            recurring_until: self.recurring_until,
            recurring_count: self.recurring_count,
            remind_before_minutes: self.remind_before_minutes,
            remind_at: self.remind_at,
            completed: self.completed,
            completed_at: self.completed_at,
            series_id: self.series_id,
            occurrence: self.occurrence,
            overdue: self.overdue(now),
            version: self.version,
            created_at: self.created_at,
            updated_at: self.updated_at,
        }
    }
}
