//! The fields that a client may change, as one value: where they start from, what differs, and back into the task.

use chrono::NaiveDateTime;

use crate::time::Time;
use crate::{Interval, Priority, RecurrencePolicy, RecurrenceRule, Task, TimeZone};

/// Minutes before the due date at which the reminder comes when nothing else is said: a day.
const REMIND_BEFORE_MINUTES: u32 = 1440;

/// The editable fields, and one that is only known while they are read; see [`Task`] for each. `Default` is what a field
/// is when a client leaves it out.
#[derive(Clone)]
pub(super) struct Fields {
    pub(super) title: String,
    pub(super) description: Option<String>,
    pub(super) priority: Priority,
    pub(super) tags: Vec<String>,
    pub(super) due_date: Option<Time>,
    /// The due date as a client gave it without an offset, before a gap of the zone moved it.
    pub(super) due_local: Option<NaiveDateTime>,
    pub(super) time_zone: TimeZone,
    pub(super) is_recurring: bool,
    pub(super) recurring_interval: Option<Interval>,
    pub(super) recurring_every: u32,
    pub(super) recurrence_rule: Option<RecurrenceRule>,
    pub(super) recurrence_policy: RecurrencePolicy,
    pub(super) recurring_until: Option<Time>,
    pub(super) recurring_count: Option<u32>,
    pub(super) remind_before_minutes: Option<u32>,
}

impl Default for Fields {
    fn default() -> Self {
        Self {
            title: String::new(),
            description: None,
            priority: Priority::default(),
            tags: Vec::new(),
            due_date: None,
            due_local: None,
            time_zone: TimeZone::default(),
            is_recurring: false,
            recurring_interval: None,
            recurring_every: 1,
            recurrence_rule: None,
            recurrence_policy: RecurrencePolicy::default(),
            recurring_until: None,
            recurring_count: None,
            remind_before_minutes: Some(REMIND_BEFORE_MINUTES),
        }
    }
}

impl Fields {
    /// The fields as they are.
    pub(super) fn of(task: &Task) -> Self {
        Self {
            title: task.title.clone(),
            description: task.description.clone(),
            priority: task.priority,
            tags: task.tags.clone(),
            due_date: task.due_date,
            due_local: None,
            time_zone: task.time_zone.clone(),
            is_recurring: task.is_recurring,
            recurring_interval: task.recurring_interval,
            recurring_every: task.recurring_every,
            recurrence_rule: task.recurrence_rule.clone(),
            recurrence_policy: task.recurrence_policy,
            recurring_until: task.recurring_until,
            recurring_count: task.recurring_count,
            remind_before_minutes: task.remind_before_minutes,
        }
    }

    /// The task with these fields; everything else stays.
    pub(super) fn into_task(self, task: Task) -> Task {
        Task {
            title: self.title,
            description: self.description,
            priority: self.priority,
            tags: self.tags,
            due_date: self.due_date,
            time_zone: self.time_zone,
            is_recurring: self.is_recurring,
            recurring_interval: self.recurring_interval,
            recurring_every: self.recurring_every,
            recurrence_rule: self.recurrence_rule,
            recurrence_policy: self.recurrence_policy,
            recurring_until: self.recurring_until,
            recurring_count: self.recurring_count,
            remind_before_minutes: self.remind_before_minutes,
            ..task
        }
    }
}

/// The names of the fields in which two states of a task differ, in documented order.
pub(super) fn changed(old: &Task, new: &Task) -> Vec<&'static str> {
    let differs = [
        ("title", old.title != new.title),
        ("description", old.description != new.description),
        ("priority", old.priority != new.priority),
        ("tags", old.tags != new.tags),
        ("due_date", old.due_date != new.due_date),
        ("time_zone", old.time_zone != new.time_zone),
        ("is_recurring", old.is_recurring != new.is_recurring),
        (
            "recurring_interval",
            old.recurring_interval != new.recurring_interval,
        ),
        (
            "recurring_every",
            old.recurring_every != new.recurring_every,
        ),
        (
            "recurrence_rule",
            old.recurrence_rule != new.recurrence_rule,
        ),
        (
            "recurrence_policy",
            old.recurrence_policy != new.recurrence_policy,
        ),
        (
            "recurring_until",
            old.recurring_until != new.recurring_until,
        ),
        (
            "recurring_count",
            old.recurring_count != new.recurring_count,
        ),
        (
            "remind_before_minutes",
            old.remind_before_minutes != new.remind_before_minutes,
        ),
        ("series_id", old.series_id != new.series_id),
        ("occurrence", old.occurrence != new.occurrence),
    ];
    differs
        .into_iter()
        .filter_map(|(name, differs)| differs.then_some(name))
        .collect()
}
