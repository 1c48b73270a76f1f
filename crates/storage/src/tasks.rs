//! Tasks one at a time. Every writing function is one statement, and the event is part of it.

use crate::task_row::{COLUMNS, DERIVED, read, values, version};
use crate::{DbError, Store};
use domain::{Task, UserId};
use uuid::Uuid;

/// The user's task, deleted or not. A withdrawn occurrence does not exist for its user.
///
/// # Errors
/// [`DbError`].
pub async fn find(store: &Store, user: &UserId, id: Uuid) -> Result<Option<Task>, DbError> {
    let sql = store
        .sql()
        .push("SELECT ")
        .push(COLUMNS)
        .push(" FROM tasks WHERE id = ")
        .bind(id);
    let sql = sql
        .push(" AND user_id = ")
        .bind(user.as_str())
        .push(" AND NOT withdrawn");
    store.first(sql, read).await
}

/// Any user's task, deleted or not: for event components, which compare the owner themselves.
///
/// # Errors
/// [`DbError`].
pub async fn get(store: &Store, id: Uuid) -> Result<Option<Task>, DbError> {
    let sql = store
        .sql()
        .push("SELECT ")
        .push(COLUMNS)
        .push(" FROM tasks WHERE id = ")
        .bind(id);
    store.first(sql, read).await
}

/// Whose task this is.
///
/// # Errors
/// [`DbError`].
pub async fn owner(store: &Store, id: Uuid) -> Result<Option<String>, DbError> {
    let sql = store
        .sql()
        .push("SELECT user_id FROM tasks WHERE id = ")
        .bind(id);
    store.first(sql, |mut row| Ok(row.read()?)).await
}

/// A new task and its event.
///
/// # Errors
/// [`DbError`].
pub async fn insert(store: &Store, task: &Task, event: &str) -> Result<(), DbError> {
    let sql = store
        .sql()
        .push("INSERT INTO tasks (")
        .push(COLUMNS)
        .push(", ")
        .push(DERIVED)
        .push(") VALUES (");
    store
        .run(sql.bind_all(values(task, event)).push(")"))
        .await
        .map(drop)
}

/// The changed task and its event, if the stored version is still `expected`; `false` when it is not.
///
/// # Errors
/// [`DbError`].
pub async fn save(store: &Store, task: &Task, expected: u64, event: &str) -> Result<bool, DbError> {
    let mut sql = store.sql().push("UPDATE tasks SET ");
    let columns = COLUMNS.split(", ").chain(DERIVED.split(", "));
    for (i, (column, value)) in columns.zip(values(task, event)).skip(2).enumerate() {
        sql = sql
            .push(if i == 0 { "" } else { ", " })
            .push(column.trim())
            .push(" = ")
            .bind(value);
    }
    let sql = sql
        .push(" WHERE id = ")
        .bind(task.id)
        .push(" AND user_id = ")
        .bind(task.user_id.as_str());
    let sql = sql
        .push(" AND version = ")
        .bind(version(expected))
        .push(" AND NOT withdrawn RETURNING version");
    store.any(sql).await
}

/// The next occurrence and its event, if `previous` still is as it was when `next` was worked out and no such occurrence
/// exists; `false` when there is nothing to do. Whoever comes second, or late, changes nothing.
///
/// # Errors
/// [`DbError`].
pub async fn insert_next(
    store: &Store,
    next: &Task,
    previous: &Task,
    event: &str,
) -> Result<bool, DbError> {
    let sql = store
        .sql()
        .push("INSERT INTO tasks (")
        .push(COLUMNS)
        .push(", ")
        .push(DERIVED)
        .push(", previous_version) SELECT ");
    let sql = sql
        .bind_all(values(next, event))
        .push(", previous.version FROM tasks AS previous WHERE previous.id = ")
        .bind(previous.id)
        .push(" AND previous.version = ")
        .bind(version(previous.version));
    // PostgreSQL: a reopening that runs at the same time waits, so that its event finds the row it has to withdraw.
    let sql = sql.either("", " FOR SHARE");
    let sql = sql
        .push(" ON CONFLICT (series_id, occurrence) WHERE NOT withdrawn DO NOTHING RETURNING id");
    store.any(sql).await
}

/// The next occurrence of `previous`, if there is one.
///
/// # Errors
/// [`DbError`].
pub async fn find_next(store: &Store, previous: &Task) -> Result<Option<Task>, DbError> {
    let (Some(series), Some(occurrence)) = (previous.series_id, previous.occurrence) else {
        return Ok(None);
    };
    let sql = store
        .sql()
        .push("SELECT ")
        .push(COLUMNS)
        .push(" FROM tasks WHERE series_id = ")
        .bind(series);
    let sql = sql
        .push(" AND occurrence = ")
        .bind(occurrence.saturating_add(1))
        .push(" AND NOT withdrawn");
    store.first(sql, read).await
}

/// Takes the untouched occurrence `next` back, with its event, if it was worked out before its predecessor's version
/// `reopened`; `false` when there is nothing to do. `next` is the task as it will be: deleted.
///
/// # Errors
/// [`DbError`].
pub async fn withdraw_next(
    store: &Store,
    next: &Task,
    reopened: u64,
    event: &str,
) -> Result<bool, DbError> {
    let sql = store
        .sql()
        .push("UPDATE tasks SET withdrawn = ")
        .bind(true)
        .push(", deleted_at = ")
        .bind(next.deleted_at);
    let sql = sql
        .push(", updated_at = ")
        .bind(next.updated_at)
        .push(", version = ")
        .bind(version(next.version));
    let sql = sql
        .push(", event = ")
        .bind(event)
        .push(" WHERE id = ")
        .bind(next.id)
        .push(" AND version = 1 AND previous_version < ")
        .bind(version(reopened));
    let sql = sql.push(" AND NOT completed AND deleted_at IS NULL RETURNING id");
    store.any(sql).await
}
