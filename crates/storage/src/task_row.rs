//! A task to and from its row: the one place that knows the columns.

use domain::{Interval, Priority, RecurrencePolicy, Task, TimeZone, UserId};
use platform::{DbError, Row, Value};

/// The columns of a task, in the order in which [`read`] and [`values`] go through them.
pub(crate) const COLUMNS: &str = "id, user_id, title, description, priority, tags, due_date, time_zone, is_recurring, \
     recurring_interval, recurring_every, recurrence_policy, recurring_until, recurring_count, remind_before_minutes, \
     completed, completed_at, series_id, occurrence, anchor, version, created_at, updated_at, deleted_at";

/// The columns that follow from the others, and the event.
pub(crate) const DERIVED: &str = "title_key, search, event";

pub(crate) fn read(mut row: Row) -> Result<Task, DbError> {
    read_task(&mut row)
}

/// Reads the task from where the row stands.
pub(crate) fn read_task(row: &mut Row) -> Result<Task, DbError> {
    Ok(Task {
        id: row.read()?,
        user_id: parsed(UserId::parse(&row.read::<String>()?).ok(), "user_id")?,
        title: row.read()?,
        description: row.read()?,
        priority: parsed(Priority::from_rank(row.read()?), "priority")?,
        tags: parsed(
            serde_json::from_slice(row.read::<String>()?.as_bytes()).ok(),
            "tags",
        )?,
        due_date: row.read()?,
        time_zone: TimeZone::trusted(row.read()?),
        is_recurring: row.read()?,
        recurring_interval: row
            .read::<Option<String>>()?
            .and_then(|text| Interval::parse(&text)),
        recurring_every: row.read()?,
        recurrence_policy: parsed(
            RecurrencePolicy::parse(&row.read::<String>()?),
            "recurrence_policy",
        )?,
        recurring_until: row.read()?,
        recurring_count: row.read()?,
        remind_before_minutes: row.read()?,
        completed: row.read()?,
        completed_at: row.read()?,
        series_id: row.read()?,
        occurrence: row.read()?,
        anchor: row.read()?,
        version: row.read()?,
        created_at: row.read()?,
        updated_at: row.read()?,
        deleted_at: row.read()?,
    })
}

/// The values of [`COLUMNS`] and then of [`DERIVED`].
pub(crate) fn values(task: &Task, event: &str) -> Vec<Value> {
    let title_key = task.title.to_lowercase();
    let search = match &task.description {
        Some(description) => format!("{title_key}\n{}", description.to_lowercase()),
        None => title_key.clone(),
    };
    vec![
        task.id.into(),
        task.user_id.as_str().into(),
        task.title.as_str().into(),
        task.description.clone().into(),
        task.priority.rank().into(),
        Value::Json(serde_json::Value::from(task.tags.clone()).to_string()),
        task.due_date.into(),
        task.time_zone.as_str().into(),
        task.is_recurring.into(),
        task.recurring_interval
            .map(|interval| interval.as_str())
            .into(),
        task.recurring_every.into(),
        task.recurrence_policy.as_str().into(),
        task.recurring_until.into(),
        task.recurring_count.into(),
        task.remind_before_minutes.into(),
        task.completed.into(),
        task.completed_at.into(),
        task.series_id.into(),
        task.occurrence.into(),
        task.anchor.into(),
        version(task.version),
        task.created_at.into(),
        task.updated_at.into(),
        task.deleted_at.into(),
        title_key.into(),
        search.into(),
        event.into(),
    ]
}

/// A version as a column.
pub(crate) fn version(version: u64) -> Value {
    Value::Int(i64::try_from(version).unwrap_or(i64::MAX))
}

fn parsed<T>(value: Option<T>, column: &str) -> Result<T, DbError> {
    value.ok_or_else(|| DbError::Statement(format!("stored {column} is not valid")))
}
