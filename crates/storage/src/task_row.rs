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
    let title = fold(&task.title);
    let search = match &task.description {
        Some(description) => format!("{title}\n{}", fold(description)),
        None => title,
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
        title_key(task).into(),
        search.into(),
        event.into(),
    ]
}

/// What a list sorted by title compares; its cursors hold it too.
pub(crate) fn title_key(task: &Task) -> String {
    task.title.to_lowercase()
}

/// What a search compares, of texts and of what is searched in them. In lower case, and a sigma is a sigma: lower-casing
/// makes it one at the end of a word and another one elsewhere, so that a part of a text would not be found in it.
pub(crate) fn fold(text: &str) -> String {
    text.to_lowercase().replace('\u{3c2}', "\u{3c3}")
}

/// A version as a column.
pub(crate) fn version(version: u64) -> Value {
    Value::Int(i64::try_from(version).unwrap_or(i64::MAX))
}

fn parsed<T>(value: Option<T>, column: &str) -> Result<T, DbError> {
    value.ok_or_else(|| DbError::Statement(format!("stored {column} is not valid")))
}

#[cfg(test)]
mod tests {
    use super::fold;

    #[test]
    fn every_part_of_a_text_is_in_it() {
        let text = fold("ΟΔΟΣ Σισύφου, ὁδός");
        for part in ["ΟΔΟΣ", "οδος", "οδοσ", "ΟΔΟΣ ΣΙ", "Σ", "ς", "ὉΔΌΣ"] {
            assert!(text.contains(&fold(part)), "{part}");
        }
    }
}
