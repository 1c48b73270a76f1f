//! Creating a task and changing its fields from a client's JSON object: create (POST), patch (PATCH), replace (PUT).

use serde_json::{Map, Value};
use uuid::Uuid;

use super::fields::{self, Fields};
use super::read::Reader;
use super::series::join_series;
use crate::time::{Time, truncate};
use crate::{FieldErrors, Task, UserId, reminder};

/// What a client may set; everything else it may know of is in [`READ_ONLY`].
const EDITABLE: [&str; 14] = [
    "title",
    "description",
    "priority",
    "tags",
    "due_date",
    "time_zone",
    "is_recurring",
    "recurring_interval",
    "recurring_every",
    "recurrence_rule",
    "recurrence_policy",
    "recurring_until",
    "recurring_count",
    "remind_before_minutes",
];

/// What a client sees but does not set.
const READ_ONLY: [&str; 11] = [
    "id",
    "user_id",
    "remind_at",
    "completed",
    "completed_at",
    "series_id",
    "occurrence",
    "overdue",
    "version",
    "created_at",
    "updated_at",
];

/// A changed task and what is different about it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Change {
    /// The task after the change, with the next version.
    pub task: Task,
    /// The names of the fields that changed, in documented order; never empty.
    pub changed_fields: Vec<&'static str>,
}

impl Task {
    /// A new task from the body of a POST.
    ///
    /// # Errors
    /// Every field that breaks a rule, is read-only or unknown.
    pub fn create(
        input: &Map<String, Value>,
        user_id: UserId,
        id: Uuid,
        now: Time,
    ) -> Result<Self, FieldErrors> {
        let fields = read(input, Fields::default(), None)?;
        let due_local = fields.due_local;
        let mut task = fields.into_task(blank(user_id, id, truncate(now)));
        join_series(&mut task, None, due_local);
        task.remind_at = reminder::asked(&task, now);
        Ok(task)
    }

    /// JSON Merge Patch (RFC 7396): absent fields stay, null takes a field back to its default. `None`: nothing changed.
    ///
    /// # Errors
    /// As [`Task::create`]; a read-only field is accepted when it says what is there already.
    pub fn patch(
        &self,
        input: &Map<String, Value>,
        now: Time,
    ) -> Result<Option<Change>, FieldErrors> {
        Ok(self.with(read(input, Fields::of(self), Some((self, now)))?, now))
    }

    /// PUT: as [`Task::patch`], but absent fields take their defaults, and the title is required.
    ///
    /// # Errors
    /// As [`Task::patch`].
    pub fn replace(
        &self,
        input: &Map<String, Value>,
        now: Time,
    ) -> Result<Option<Change>, FieldErrors> {
        Ok(self.with(read(input, Fields::default(), Some((self, now)))?, now))
    }

    fn with(&self, fields: Fields, now: Time) -> Option<Change> {
        let due_local = fields.due_local;
        let mut task = fields.into_task(self.clone());
        join_series(&mut task, Some(self), due_local);
        let changed_fields = fields::changed(self, &task);
        if changed_fields.is_empty() {
            return None;
        }
        if (task.due_date, task.remind_before_minutes)
            != (self.due_date, self.remind_before_minutes)
        {
            task.remind_at = reminder::asked(&task, now);
        }
        Some(Change {
            task: task.changed(now),
            changed_fields,
        })
    }
}

fn read(
    input: &Map<String, Value>,
    start: Fields,
    current: Option<(&Task, Time)>,
) -> Result<Fields, FieldErrors> {
    let mut reader = Reader::new(input);
    let fields = reader.read(start);
    let current = current.and_then(|(task, now)| serde_json::to_value(task.view(now)).ok());
    for (name, value) in input {
        if READ_ONLY.contains(&name.as_str()) {
            // A client may send back the whole task as it got it. `overdue` moves with the clock, so it is not compared.
            let same = current
                .as_ref()
                .is_some_and(|task| name == "overdue" || task.get(name) == Some(value));
            if !same {
                reader.error(name, read_only(name, current.is_some()));
            }
        } else if !EDITABLE.contains(&name.as_str()) {
            reader.error(name, "unknown field");
        }
    }
    let errors = reader.into_errors();
    if errors.is_empty() {
        Ok(fields)
    } else {
        Err(FieldErrors(errors))
    }
}

fn read_only(name: &str, has_current: bool) -> &'static str {
    match name {
        "completed" | "completed_at" => "read-only: use POST .../complete",
        // Most likely the client sends back a whole task as it was before somebody else's change.
        "version" | "updated_at" if has_current => {
            "read-only, and not what the task has now: it has changed since it was read; read it again, or leave this \
             out and use If-Match"
        }
        _ => "read-only",
    }
}

/// A pending task whose editable fields are still to be filled in.
fn blank(user_id: UserId, id: Uuid, now: Time) -> Task {
    let fields = Fields::default();
    Task {
        id,
        user_id,
        title: fields.title,
        description: fields.description,
        priority: fields.priority,
        tags: fields.tags,
        due_date: fields.due_date,
        time_zone: fields.time_zone,
        is_recurring: fields.is_recurring,
        recurring_interval: fields.recurring_interval,
        recurring_every: fields.recurring_every,
        recurrence_rule: fields.recurrence_rule,
        recurrence_policy: fields.recurrence_policy,
        recurring_until: fields.recurring_until,
        recurring_count: fields.recurring_count,
        remind_before_minutes: fields.remind_before_minutes,
        remind_at: None,
        completed: false,
        completed_at: None,
        series_id: None,
        occurrence: None,
        anchor: None,
        version: 1,
        created_at: now,
        updated_at: now,
        deleted_at: None,
    }
}
