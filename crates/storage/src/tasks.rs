//! Tasks one at a time. Every writing function is one statement, and the event is part of it.

use crate::params::{int, params, placeholders};
use crate::task_row::{FIELDS, changed_columns, columns, read};
use crate::{DbError, Store};
use domain::{Task, UserId};
use platform::Value;
use uuid::Uuid;

/// The user's task, deleted or not; a withdrawn occurrence only as long as it can be restored.
pub async fn find(store: &Store, user: &UserId, id: Uuid) -> Result<Option<Task>, DbError> {
    let sql = format!(
        "SELECT withdrawn, id, user_id, {FIELDS} FROM tasks WHERE id = $1 AND user_id = $2"
    );
    let found = store.first(&sql, params![id, user.as_str()], |mut row| {
        let withdrawn: bool = row.read()?;
        Ok((withdrawn, read(row)?))
    });
    match found.await? {
        // Asked apart: as a part of the statement above it would be planned with each of them.
        Some((true, _)) if !is_restorable(store, id).await? => Ok(None),
        found => Ok(found.map(|(_, task)| task)),
    }
}

/// Whether no other occurrence has the number of the task.
async fn is_restorable(store: &Store, id: Uuid) -> Result<bool, DbError> {
    let sql = format!("SELECT id FROM tasks AS t WHERE id = $1 AND {RESTORABLE}");
    store.any(&sql, params![id]).await
}

/// A withdrawn occurrence is a deleted task that can be restored only as long as no other has its number.
const RESTORABLE: &str = "(NOT t.withdrawn OR NOT EXISTS (
    SELECT 1 FROM tasks AS other
     WHERE other.series_id = t.series_id AND other.occurrence = t.occurrence AND NOT other.withdrawn))";

/// Any user's task, deleted or not: for event components, which compare the owner themselves.
pub async fn get(store: &Store, id: Uuid) -> Result<Option<Task>, DbError> {
    let sql = format!("SELECT id, user_id, {FIELDS} FROM tasks WHERE id = $1");
    store.first(&sql, params![id], read).await
}

/// Those of the user's tasks that have these ids and are not deleted, in no order.
pub async fn present(store: &Store, user: &UserId, ids: &[Uuid]) -> Result<Vec<Task>, DbError> {
    if ids.is_empty() {
        return Ok(Vec::new());
    }
    let sql = format!(
        "SELECT id, user_id, {FIELDS} FROM tasks WHERE user_id = $1 AND deleted_at IS NULL AND id IN ({})",
        placeholders(2, ids.len())
    );
    let ids = ids.iter().map(|id| Value::from(*id)).collect();
    store
        .all(&sql, joined(params![user.as_str()], ids), read)
        .await
}

/// Whose task this is.
pub async fn owner(store: &Store, id: Uuid) -> Result<Option<String>, DbError> {
    let sql = "SELECT user_id FROM tasks WHERE id = $1";
    store
        .first(sql, params![id], |mut row| Ok(row.read()?))
        .await
}

/// A new task and its event. Returns whether a drain is at work that publishes it.
pub async fn insert(store: &Store, task: &Task, event: &str) -> Result<bool, DbError> {
    let (columns, values) = columns(task, event);
    let sql = format!(
        "INSERT INTO tasks (id, user_id, {columns}) VALUES ($1, $2, {values})
         RETURNING {drained}",
        values = placeholders(3, values.len()),
        drained = store.is_drained("$2"),
    );
    let params = params![task.id, task.user_id.as_str()];
    let drained = store.first(&sql, joined(params, values), |mut row| Ok(row.read()?));
    Ok(drained.await?.unwrap_or(false))
}

/// The changed task and its event, if `before` is still what is stored; `None` when it is not. A withdrawn occurrence changes
/// only by being restored, and is an occurrence like any other afterwards. Returns whether a drain is at work that publishes the
/// event.
pub async fn save(
    store: &Store,
    task: &Task,
    before: &Task,
    event: &str,
) -> Result<Option<bool>, DbError> {
    let (columns, values) = changed_columns(before, task, event);
    // A task that is not deleted gets another version when it is withdrawn, so that its version says enough.
    let (restored, restorable) = match before.deleted_at {
        Some(_) => (", withdrawn = FALSE", format!("AND {RESTORABLE}")),
        None => ("", String::new()),
    };
    let sql = format!(
        "UPDATE tasks AS t SET ({columns}) = ({values}){restored}
          WHERE id = $1 AND user_id = $2 AND version = $3 {restorable}
         RETURNING {drained}",
        values = placeholders(4, values.len()),
        drained = store.is_drained("$2"),
    );
    let params = params![task.id, task.user_id.as_str(), int(before.version)];
    store
        .first(&sql, joined(params, values), |mut row| Ok(row.read()?))
        .await
}

/// The next occurrence and its event, if `previous` still has the version from which `next` was worked out and there is no
/// such occurrence yet; `false` when there is nothing to do. So a second delivery or a late one changes nothing.
pub async fn insert_next(
    store: &Store,
    next: &Task,
    previous: &Task,
    event: &str,
) -> Result<bool, DbError> {
    let (columns, values) = columns(next, event);
    let sql = format!(
        "INSERT INTO tasks (id, user_id, {columns}, previous_version)
         SELECT $1, $2, {values}, previous.version
           FROM tasks AS previous
          WHERE previous.id = $3 AND previous.version = $4
         {lock}
         ON CONFLICT (series_id, occurrence) WHERE NOT withdrawn DO NOTHING
         RETURNING id",
        values = placeholders(5, values.len()),
        // A reopening of `previous` that runs at the same time waits, so that its event finds the row to withdraw. SQLite has
        // one writer at a time anyway.
        lock = store.either("", "FOR SHARE"),
    );
    let params = params![
        next.id,
        next.user_id.as_str(),
        previous.id,
        int(previous.version)
    ];
    store.any(&sql, joined(params, values)).await
}

/// The next occurrence of `previous`, if there is one.
pub async fn find_next(store: &Store, previous: &Task) -> Result<Option<Task>, DbError> {
    let (Some(series), Some(occurrence)) = (previous.series_id, previous.occurrence) else {
        return Ok(None);
    };
    let sql = format!(
        "SELECT id, user_id, {FIELDS} FROM tasks WHERE series_id = $1 AND occurrence = $2 AND NOT withdrawn"
    );
    let params = params![series, occurrence.saturating_add(1)];
    store.first(&sql, params, read).await
}

/// What became of an occurrence that was to be withdrawn.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Withdrawal {
    /// It is withdrawn, and its event says that it is deleted.
    Deleted,
    /// It is withdrawn; its user had deleted it before, so there is nothing to tell.
    WasDeleted,
    /// It stays: somebody needs it, or it was worked out later.
    Kept,
}

/// Takes the occurrence `next` back if it was worked out before its predecessor's version `before`, and nobody has touched
/// it or its user has deleted it. `next` is the task as it will be when it is not deleted yet, with the event for that.
///
/// One statement for both cases: one for each would miss a deletion between the two.
pub async fn withdraw_next(
    store: &Store,
    next: &Task,
    before: u64,
    event: &str,
) -> Result<Withdrawal, DbError> {
    let sql = "
        UPDATE tasks
           SET withdrawn = TRUE,
               deleted_at = COALESCE(deleted_at, $3),
               updated_at = CASE WHEN deleted_at IS NULL THEN $4 ELSE updated_at END,
               version = CASE WHEN deleted_at IS NULL THEN 2 ELSE version END,
               remind_at = NULL,
               remind_version = CASE WHEN deleted_at IS NULL THEN 2 ELSE version END,
               event = CASE WHEN deleted_at IS NULL THEN $5 END
         WHERE id = $1 AND previous_version < $2 AND NOT completed AND NOT withdrawn
           AND (version = 1 OR deleted_at IS NOT NULL)
        RETURNING event IS NOT NULL";
    let params = params![
        next.id,
        int(before),
        next.deleted_at,
        next.updated_at,
        event,
    ];
    let told = store.first(sql, params, |mut row| Ok(row.read()?)).await?;
    Ok(match told {
        Some(true) => Withdrawal::Deleted,
        Some(false) => Withdrawal::WasDeleted,
        None => Withdrawal::Kept,
    })
}

fn joined(mut params: Vec<Value>, more: Vec<Value>) -> Vec<Value> {
    params.extend(more);
    params
}
