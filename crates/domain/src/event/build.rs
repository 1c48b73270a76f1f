//! The outgoing events: one constructor per type, so that each says in one place what it carries.

use serde_json::{Map, Value, json};
use uuid::Uuid;

use super::{CloudEvent, EventType};
use crate::{Task, Time, time};

/// What an event says about itself rather than about the task.
#[derive(Clone, Copy, Debug)]
pub struct EventMeta<'a> {
    /// The event's own id.
    pub id: Uuid,
    /// [`super::SOURCE_USER`] or [`super::HANDLER_SOURCE`].
    pub source: &'a str,
    /// When it happened.
    pub time: Time,
    /// The trace of the call that caused it.
    pub traceparent: Option<&'a str>,
}

impl CloudEvent {
    /// `task.created`: the whole task.
    #[must_use]
    pub fn task_created(task: &Task, meta: &EventMeta<'_>) -> Self {
        let mut data = fields(task, meta);
        // `task_id` says it already, and what depends on the clock is stale when it arrives.
        data.remove("id");
        data.remove("overdue");
        envelope(EventType::TaskCreated, task, meta, data)
    }

    /// `task.updated`: the names of the changed fields, and each one's new value under its own name.
    #[must_use]
    pub fn task_updated(task: &Task, changed_fields: &[&str], meta: &EventMeta<'_>) -> Self {
        let mut data = fields(task, meta);
        data.insert(
            "deleted_at".to_owned(),
            task.deleted_at.map(time::format).into(),
        );
        data.retain(|name, _| changed_fields.contains(&name.as_str()));
        data.insert("changed_fields".to_owned(), changed_fields.into());
        envelope(EventType::TaskUpdated, task, meta, data)
    }

    /// `task.completed`: the new state, and what the next occurrence follows from.
    #[must_use]
    pub fn task_completed(task: &Task, meta: &EventMeta<'_>) -> Self {
        const CARRIED: [&str; 8] = [
            "completed",
            "completed_at",
            "is_recurring",
            "recurring_interval",
            "recurrence_rule",
            "due_date",
            "series_id",
            "occurrence",
        ];
        let mut data = fields(task, meta);
        data.retain(|name, _| CARRIED.contains(&name.as_str()));
        envelope(EventType::TaskCompleted, task, meta, data)
    }

    /// `task.deleted`.
    #[must_use]
    pub fn task_deleted(task: &Task, meta: &EventMeta<'_>) -> Self {
        envelope(EventType::TaskDeleted, task, meta, Map::new())
    }

    /// `reminder.scheduled`: a reminder was set for `remind_at`.
    #[must_use]
    pub fn reminder_scheduled(task: &Task, remind_at: Time, meta: &EventMeta<'_>) -> Self {
        let data = Map::from_iter([("remind_at".to_owned(), time::format(remind_at).into())]);
        envelope(EventType::ReminderScheduled, task, meta, data)
    }

    /// `reminder.triggered`: the reminder that was set for `remind_at` is due.
    #[must_use]
    pub fn reminder_triggered(task: &Task, remind_at: Time, meta: &EventMeta<'_>) -> Self {
        let data = Map::from_iter([
            ("remind_at".to_owned(), time::format(remind_at).into()),
            ("task_title".to_owned(), task.title.as_str().into()),
            (
                "due_date".to_owned(),
                task.due_date.map(time::format).into(),
            ),
        ]);
        envelope(EventType::ReminderTriggered, task, meta, data)
    }
}

/// The task's public fields by name.
fn fields(task: &Task, meta: &EventMeta<'_>) -> Map<String, Value> {
    match serde_json::to_value(task.view(meta.time)) {
        Ok(Value::Object(fields)) => fields,
        _ => Map::new(),
    }
}

/// The event around `data`, to which it adds what every event carries.
fn envelope(
    event_type: EventType,
    task: &Task,
    meta: &EventMeta<'_>,
    mut data: Map<String, Value>,
) -> CloudEvent {
    let time = time::format(meta.time);
    data.insert("task_id".to_owned(), json!(task.id));
    data.insert("user_id".to_owned(), task.user_id.as_str().into());
    data.insert("version".to_owned(), task.version.into());
    data.insert("timestamp".to_owned(), time.as_str().into());
    CloudEvent {
        specversion: "1.0".to_owned(),
        id: meta.id.to_string(),
        event_type: event_type.as_str().to_owned(),
        source: meta.source.to_owned(),
        subject: Some(task.id.to_string()),
        time: Some(time),
        datacontenttype: Some("application/json".to_owned()),
        partitionkey: Some(task.user_id.as_str().to_owned()),
        traceparent: meta.traceparent.map(str::to_owned),
        data: Value::Object(data),
    }
}
