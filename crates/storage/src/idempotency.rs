//! Safe retries: a new task under a key, and the answer that the key's first request got.
//!
//! The key rides in the row of the new task, and a trigger moves it to `idempotency_keys`. If it is there already, and not
//! older than 24 hours, the trigger leaves the task out: so task, event and key are one statement.

use crate::params::{params, placeholders};
use crate::purge::{STEP, alone, among};
use crate::task_row::columns;
use crate::{DbError, Store};
use domain::{Task, UserId};
use platform::Value;
use serde_json::json;
use uuid::Uuid;

/// A key of a user's, with what is kept under it.
#[derive(Clone, Debug)]
pub struct Keyed {
    /// The key.
    pub key: String,
    /// What is asked for, as JSON.
    pub request: String,
    /// The body of the answer.
    pub answer: String,
}

/// What the first request under a key was, and what it got.
#[derive(Clone, Debug)]
pub struct First {
    /// The task that it made.
    pub task_id: Uuid,
    /// What it asked for, as JSON.
    pub request: String,
    /// The body of its answer.
    pub answer: String,
}

/// A new task, its event and its key; `None` when the key is taken, and then nothing is written. Returns whether a drain is at
/// work that publishes the event.
pub async fn insert(
    store: &Store,
    task: &Task,
    event: &str,
    keyed: &Keyed,
) -> Result<Option<bool>, DbError> {
    let Keyed {
        key,
        request,
        answer,
    } = keyed;
    let used = json!({"key": key, "request": request, "answer": answer});
    let (columns, values) = columns(task, event);
    let sql = format!(
        "INSERT INTO tasks (id, user_id, idempotency, {columns}) VALUES ($1, $2, $3, {values})
         RETURNING {drained}",
        values = placeholders(4, values.len()),
        drained = store.is_drained("$2"),
    );
    let mut params: Vec<Value> = params![task.id, task.user_id.as_str(), used.to_string()];
    params.extend(values);
    store.first(&sql, params, |mut row| Ok(row.read()?)).await
}

/// What the first request under a key got, whether the key has expired or not.
pub async fn find(store: &Store, user: &UserId, key: &str) -> Result<Option<First>, DbError> {
    let sql =
        "SELECT task_id, request, answer FROM idempotency_keys WHERE user_id = $1 AND key = $2";
    let read = store.first(sql, params![user.as_str(), key], |mut row| {
        Ok(First {
            task_id: row.read()?,
            request: row.read()?,
            answer: row.read()?,
        })
    });
    read.await
}

/// Removes expired keys, a few hundred at most; returns how many. None when another host is at it.
///
/// By their place in the table: PostgreSQL searches an index of two columns for no array.
pub async fn purge(store: &Store) -> Result<usize, DbError> {
    let place = store.either("rowid", "ctid");
    // As a subquery it is worked out once, so that an index can be searched for it.
    let expired = format!("expires_at <= (SELECT {})", store.now());
    let rows = format!(
        "SELECT {place} FROM idempotency_keys WHERE {expired} ORDER BY expires_at LIMIT {STEP}"
    );
    // The condition once more: the key may be used anew while the statement waits for it.
    let sql = format!(
        "DELETE FROM idempotency_keys WHERE {alone} AND {expired} AND {among} RETURNING user_id",
        alone = alone(store),
        among = among(store, place, &rows),
    );
    Ok(store.run(&sql, params![]).await?.len())
}
