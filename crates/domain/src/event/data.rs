//! What a component takes from an incoming event's `data`, checked field by field.

use serde_json::{Map, Value};
use uuid::Uuid;

use super::{CloudEvent, Malformed};
use crate::UserId;
use crate::time::{self, Time};

/// What every event of ours carries.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EventData {
    /// The task it is about.
    pub task_id: Uuid,
    /// The task's owner; the same as the partition key.
    pub user_id: UserId,
    /// The task's version after what happened, at least 1 and within a database's 64 bits.
    pub version: u64,
    /// When it happened.
    pub timestamp: Time,
}

/// `task.created`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CreatedData {
    /// What every event carries.
    pub event: EventData,
    /// Whether it says that the task was made without a reminder; events of older releases do not say.
    pub without_reminder: bool,
}

/// `task.updated`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UpdatedData {
    /// What every event carries.
    pub event: EventData,
    /// The names of the fields that changed.
    pub changed_fields: Vec<String>,
}

/// `task.completed`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CompletedData {
    /// What every event carries.
    pub event: EventData,
    /// The new state: completed, or reopened.
    pub completed: bool,
    /// Whether it says that the task is of no series and has no due date, and so no reminder; events of older releases may not
    /// say.
    pub on_its_own: bool,
}

/// `reminder.scheduled`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ScheduledData {
    /// What every event carries.
    pub event: EventData,
    /// When the reminder is due.
    pub remind_at: Time,
}

/// `reminder.triggered`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TriggeredData {
    /// What every event carries.
    pub event: EventData,
    /// When the reminder was due.
    pub remind_at: Time,
    /// The task's title then.
    pub task_title: String,
    /// When the task is due.
    pub due_date: Time,
}

impl EventData {
    /// Reads what every event carries.
    ///
    /// # Errors
    /// When there is no data object, a field is missing or mistyped, or the owner is not the partition key.
    pub fn of(event: &CloudEvent) -> Result<Self, Malformed> {
        let data = object(event)?;
        let user_id = text(data, "user_id")
            .and_then(|id| UserId::parse(id).ok())
            .ok_or(Malformed::Data("user_id"))?;
        if event
            .partitionkey
            .as_ref()
            .is_some_and(|key| key != user_id.as_str())
        {
            return Err(Malformed::Owner);
        }
        Ok(Self {
            task_id: text(data, "task_id")
                .and_then(|id| Uuid::try_parse(id).ok())
                .ok_or(Malformed::Data("task_id"))?,
            user_id,
            version: data
                .get("version")
                .and_then(Value::as_i64)
                .and_then(|version| u64::try_from(version).ok())
                .filter(|version| *version > 0)
                .ok_or(Malformed::Data("version"))?,
            timestamp: instant(data, "timestamp")?,
        })
    }
}

impl CreatedData {
    /// Reads the data of a `task.created`.
    ///
    /// # Errors
    /// As [`EventData::of`].
    pub fn of(event: &CloudEvent) -> Result<Self, Malformed> {
        Ok(Self {
            event: EventData::of(event)?,
            without_reminder: is_null(object(event)?, "remind_at"),
        })
    }
}

impl UpdatedData {
    /// Reads the data of a `task.updated`.
    ///
    /// # Errors
    /// As [`EventData::of`], and when `changed_fields` is no list of strings.
    pub fn of(event: &CloudEvent) -> Result<Self, Malformed> {
        let names = object(event)?
            .get("changed_fields")
            .and_then(Value::as_array);
        let names = names.and_then(|names| {
            names
                .iter()
                .map(|name| name.as_str().map(str::to_owned))
                .collect()
        });
        Ok(Self {
            event: EventData::of(event)?,
            changed_fields: names.ok_or(Malformed::Data("changed_fields"))?,
        })
    }

    /// Whether this field is among the changed ones.
    #[must_use]
    pub fn changed(&self, field: &str) -> bool {
        self.changed_fields.iter().any(|name| name == field)
    }
}

impl CompletedData {
    /// Reads the data of a `task.completed`.
    ///
    /// # Errors
    /// As [`EventData::of`], when `completed` is not a bool, and when another field that the type has is there and
    /// mistyped.
    pub fn of(event: &CloudEvent) -> Result<Self, Malformed> {
        let data = object(event)?;
        let completed = data.get("completed").and_then(Value::as_bool);
        for (name, fits) in COMPLETED_FIELDS {
            if data.get(name).is_some_and(|value| !fits(value)) {
                return Err(Malformed::Data(name));
            }
        }
        Ok(Self {
            event: EventData::of(event)?,
            completed: completed.ok_or(Malformed::Data("completed"))?,
            on_its_own: is_null(data, "series_id") && is_null(data, "due_date"),
        })
    }
}

impl ScheduledData {
    /// Reads the data of a `reminder.scheduled`.
    ///
    /// # Errors
    /// As [`EventData::of`], and when `remind_at` is no time.
    pub fn of(event: &CloudEvent) -> Result<Self, Malformed> {
        Ok(Self {
            event: EventData::of(event)?,
            remind_at: instant(object(event)?, "remind_at")?,
        })
    }
}

impl TriggeredData {
    /// Reads the data of a `reminder.triggered`.
    ///
    /// # Errors
    /// As [`EventData::of`], and when `remind_at`, `task_title` or `due_date` is missing or mistyped.
    pub fn of(event: &CloudEvent) -> Result<Self, Malformed> {
        let data = object(event)?;
        // What no task of ours can have as its title, a database may refuse to store for ever.
        let title = text(data, "task_title")
            .filter(|title| !title.is_empty() && !title.contains(char::is_control));
        Ok(Self {
            event: EventData::of(event)?,
            remind_at: instant(data, "remind_at")?,
            task_title: title.ok_or(Malformed::Data("task_title"))?.to_owned(),
            due_date: instant(data, "due_date")?,
        })
    }
}

/// Whether a value is of a field's type.
type Fits = fn(&Value) -> bool;

/// What a `task.completed` may carry besides, and what each must be.
const COMPLETED_FIELDS: [(&str, Fits); 6] = [
    ("is_recurring", Value::is_boolean),
    ("recurring_interval", |value| {
        value.is_null() || value.is_string()
    }),
    ("recurrence_rule", |value| {
        value.is_null() || value.is_string()
    }),
    ("due_date", |value| {
        value.is_null()
            || value
                .as_str()
                .is_some_and(|text| time::parse_utc(text).is_ok())
    }),
    ("series_id", |value| {
        value.is_null()
            || value
                .as_str()
                .is_some_and(|text| Uuid::try_parse(text).is_ok())
    }),
    ("occurrence", |value| value.is_null() || value.is_u64()),
];

fn object(event: &CloudEvent) -> Result<&Map<String, Value>, Malformed> {
    event.data.as_object().ok_or(Malformed::NoData)
}

/// Whether it says that there is none; an event that does not say leaves it open.
fn is_null(data: &Map<String, Value>, name: &str) -> bool {
    data.get(name).is_some_and(Value::is_null)
}

fn text<'a>(data: &'a Map<String, Value>, name: &str) -> Option<&'a str> {
    data.get(name)?.as_str()
}

fn instant(data: &Map<String, Value>, name: &'static str) -> Result<Time, Malformed> {
    text(data, name)
        .and_then(|text| time::parse_utc(text).ok())
        .ok_or(Malformed::Data(name))
}
