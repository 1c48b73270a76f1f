//! The calendars of users: a secret each, by which programs read the tasks that a calendar shows.

use crate::params::{int, params};
use crate::task_row::{FIELDS, fields_of, read_task};
use crate::words::DUE;
use crate::{DbError, Store};
use domain::{Task, Time, UserId};

/// How many open tasks a calendar has, the soonest due first; and how many completed ones, the last ones first.
const OPEN: usize = 1000;
const COMPLETED: usize = 200;

/// Gives the user a calendar with this secret, in the place of the one before.
pub async fn put(store: &Store, user: &UserId, hash: &str, now: Time) -> Result<(), DbError> {
    let sql = "
        INSERT INTO calendars (user_id, secret_hash, created_at) VALUES ($1, $2, $3)
        ON CONFLICT (user_id) DO UPDATE SET secret_hash = excluded.secret_hash, created_at = excluded.created_at";
    let params = params![user.as_str(), hash, now];
    store.run(sql, params).await.map(drop)
}

/// Since when the user has the calendar.
pub async fn find(store: &Store, user: &UserId) -> Result<Option<Time>, DbError> {
    let sql = "SELECT created_at FROM calendars WHERE user_id = $1";
    let read = store.first(sql, params![user.as_str()], |mut row| Ok(row.read()?));
    read.await
}

/// Takes the calendar away, if there is one.
pub async fn remove(store: &Store, user: &UserId) -> Result<(), DbError> {
    let sql = "DELETE FROM calendars WHERE user_id = $1";
    store.run(sql, params![user.as_str()]).await.map(drop)
}

/// What the calendar with this secret shows: the open tasks, and those completed at `since` or later. `None` if the user has no
/// calendar with this secret; then no task is looked at.
pub async fn tasks(
    store: &Store,
    user: &UserId,
    hash: &str,
    since: Time,
) -> Result<Option<Vec<Task>>, DbError> {
    let known = "EXISTS (SELECT 1 FROM calendars WHERE user_id = $1 AND secret_hash = $2)";
    let sql = format!(
        "SELECT t.id IS NOT NULL, {columns}
           FROM calendars AS c
           LEFT JOIN (
                SELECT * FROM (
                    SELECT id, user_id, {FIELDS}, {DUE} AS due FROM tasks
                     WHERE {known} AND user_id = $1 AND deleted_at IS NULL AND NOT completed
                     ORDER BY {DUE}, id LIMIT $4) AS open
                UNION ALL
                SELECT * FROM (
                    SELECT id, user_id, {FIELDS}, {DUE} AS due FROM tasks
                     WHERE {known} AND user_id = $1 AND deleted_at IS NULL AND completed_at >= $3
                     ORDER BY completed_at DESC, id LIMIT $5) AS completed
                ) AS t ON t.user_id = c.user_id
          WHERE c.user_id = $1 AND c.secret_hash = $2
          ORDER BY t.completed, t.due, t.id",
        columns = fields_of("t"),
    );
    let params = params![user.as_str(), hash, since, int(OPEN), int(COMPLETED)];
    let rows = store.all(&sql, params, |mut row| {
        let is_task: bool = row.read()?;
        is_task.then(|| read_task(&mut row)).transpose()
    });
    let rows = rows.await?;
    Ok((!rows.is_empty()).then(|| rows.into_iter().flatten().collect()))
}
