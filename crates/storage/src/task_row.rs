//! A task to and from its row: the one place that knows the columns.

use crate::params::{int, params};
use domain::{
    Interval, Priority, RecurrencePolicy, RecurrenceRule, Task, TimeZone, UserId, reminder,
};
use platform::{DbError, Row, Value};

/// The columns of a task after `id, user_id`, in the order in which [`read`] and [`fields`] go through them.
pub(crate) const FIELDS: &str = "title, description, priority, tags, due_date, time_zone,
    is_recurring, recurring_interval, recurring_every, recurrence_rule, recurrence_policy, recurring_until,
    recurring_count, remind_before_minutes, remind_at, remind_version, completed, completed_at, series_id, occurrence,
    anchor, version, created_at, updated_at, deleted_at";

/// The columns that are worked out from the others, and the event.
const DERIVED: &str = "title_key, search, event";

/// `id`, `user_id` and [`FIELDS`] of the table `alias`, for a statement that reads other tables too.
pub(crate) fn fields_of(alias: &str) -> String {
    let columns = ["id", "user_id"].into_iter().chain(FIELDS.split(','));
    let columns: Vec<String> = columns
        .map(|column| format!("{alias}.{}", column.trim()))
        .collect();
    columns.join(", ")
}

pub(crate) fn read(mut row: Row) -> Result<Task, DbError> {
    read_task(&mut row)
}

/// Reads the task from where the row stands.
pub(crate) fn read_task(row: &mut Row) -> Result<Task, DbError> {
    let remind_version: Option<u64>;
    let mut task = Task {
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
        recurrence_rule: row.read::<Option<String>>()?.map(RecurrenceRule::trusted),
        recurrence_policy: parsed(
            RecurrencePolicy::parse(&row.read::<String>()?),
            "recurrence_policy",
        )?,
        recurring_until: row.read()?,
        recurring_count: row.read()?,
        remind_before_minutes: row.read()?,
        remind_at: {
            let remind_at = row.read()?;
            remind_version = row.read()?;
            remind_at
        },
        completed: row.read()?,
        completed_at: row.read()?,
        series_id: row.read()?,
        occurrence: row.read()?,
        anchor: row.read()?,
        version: row.read()?,
        created_at: row.read()?,
        updated_at: row.read()?,
        deleted_at: row.read()?,
    };
    if remind_version != Some(task.version) {
        // The last change was made by a release that did not keep `remind_at`.
        task.remind_at = reminder::not_kept(&task);
    }
    Ok(task)
}

/// The columns of a new task with a value and these values; the others of [`FIELDS`] and [`DERIVED`] are null. A task has a dozen
/// of those, and each parameter has its cost at every stop on its way into the database.
pub(crate) fn columns(task: &Task, event: &str) -> (String, Vec<Value>) {
    let columns = names().zip(fields(task, event));
    listed(columns.filter(|(_, value)| *value != Value::Null))
}

/// The columns in which `after` differs from `before`, and their values: what is left out need not be parsed, planned or sent.
pub(crate) fn changed_columns(before: &Task, after: &Task, event: &str) -> (String, Vec<Value>) {
    let columns = names().zip(fields(after, event));
    let changed = columns
        .zip(fields(before, ""))
        .filter(|((name, after), before)| {
            // What was read as `remind_at` need not be stored yet, see `read_task`; from this version on it is.
            before != after || *name == "remind_at"
        });
    listed(changed.map(|(column, _)| column))
}

/// The names of [`FIELDS`] and then of [`DERIVED`].
fn names() -> impl Iterator<Item = &'static str> {
    FIELDS.split(',').chain(DERIVED.split(',')).map(str::trim)
}

/// The names of columns as SQL lists them, and their values.
fn listed(columns: impl Iterator<Item = (&'static str, Value)>) -> (String, Vec<Value>) {
    let (names, values): (Vec<_>, _) = columns.unzip();
    (names.join(", "), values)
}

/// The values of [`FIELDS`] and then of [`DERIVED`].
fn fields(task: &Task, event: &str) -> Vec<Value> {
    let title = fold(&task.title);
    let search = match &task.description {
        Some(description) => format!("{title}\n{}", fold(description)),
        None => title,
    };
    params![
        task.title.as_str(),
        task.description.as_deref(),
        task.priority.rank(),
        Value::Json(serde_json::Value::from(task.tags.clone()).to_string()),
        task.due_date,
        task.time_zone.as_str(),
        task.is_recurring,
        task.recurring_interval.map(|interval| interval.as_str()),
        task.recurring_every,
        task.recurrence_rule.as_ref().map(|rule| rule.as_str()),
        task.recurrence_policy.as_str(),
        task.recurring_until,
        task.recurring_count,
        task.remind_before_minutes,
        task.remind_at,
        int(task.version),
        task.completed,
        task.completed_at,
        task.series_id,
        task.occurrence,
        task.anchor,
        int(task.version),
        task.created_at,
        task.updated_at,
        task.deleted_at,
        title_key(task),
        search,
        event,
    ]
}

/// What a list sorted by title compares; its cursors hold it too.
pub(crate) fn title_key(task: &Task) -> String {
    task.title.to_lowercase()
}

/// A text as search compares it: in lower case, with one letter for both forms of the Greek sigma. Lower-casing writes the final
/// form at the end of a word only, so a part of a text would otherwise not be found in it.
pub(crate) fn fold(text: &str) -> String {
    text.to_lowercase().replace('\u{3c2}', "\u{3c3}")
}

fn parsed<T>(value: Option<T>, column: &str) -> Result<T, DbError> {
    value.ok_or_else(|| DbError::Statement(format!("stored {column} is not valid")))
}

#[cfg(test)]
mod tests {
    use super::{changed_columns, fold};
    use domain::{Task, Time, UserId};
    use serde_json::json;
    use uuid::Uuid;

    #[test]
    fn a_change_has_what_differs_and_the_reminder() {
        let (made, changed) = (
            Time::UNIX_EPOCH,
            Time::UNIX_EPOCH + chrono::TimeDelta::days(1),
        );
        let input = json!({"title": "Pay rent", "tags": ["home"]});
        let user = UserId::parse("alice").unwrap();
        let before = Task::create(input.as_object().unwrap(), user, Uuid::nil(), made).unwrap();
        let input = json!({"title": "Pay the rent"});
        let change = before.patch(input.as_object().unwrap(), changed).unwrap();
        let after = change.unwrap().task;
        let (columns, values) = changed_columns(&before, &after, "{}");
        let expected =
            "title, remind_at, remind_version, version, updated_at, title_key, search, event";
        assert_eq!((&*columns, values.len()), (expected, 8));
    }

    #[test]
    fn every_part_of_a_text_is_in_it() {
        let text = fold("ΟΔΟΣ Σισύφου, ὁδός");
        for part in ["ΟΔΟΣ", "οδος", "οδοσ", "ΟΔΟΣ ΣΙ", "Σ", "ς", "ὉΔΌΣ"] {
            assert!(text.contains(&fold(part)), "{part}");
        }
    }
}
