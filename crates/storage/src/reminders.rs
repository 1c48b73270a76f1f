//! Reminders: one row per task, written with the task's version, so that an older event never overwrites a newer one.

use crate::sql::Sql;
use crate::task_row::{COLUMNS, read_task, version};
use crate::{DbError, Store};
use domain::{Task, Time, UserId};
use uuid::Uuid;

/// Sets the task's reminder, with its event; `false` when it was so already, or a newer version has written.
///
/// # Errors
/// [`DbError`].
pub async fn schedule(
    store: &Store,
    task: &Task,
    remind_at: Time,
    event: &str,
) -> Result<bool, DbError> {
    let sql = store.sql().push(
        "INSERT INTO reminders (task_id, user_id, version, remind_at, due_date, event) VALUES (",
    );
    let sql = sql
        .bind(task.id)
        .push(", ")
        .bind(task.user_id.as_str())
        .push(", ")
        .bind(version(task.version));
    let sql = sql
        .push(", ")
        .bind(remind_at)
        .push(", ")
        .bind(task.due_date)
        .push(", ")
        .bind(event);
    let sql = sql.push(
        ") ON CONFLICT (task_id) DO UPDATE SET version = excluded.version, remind_at = excluded.remind_at, \
         due_date = excluded.due_date, fired_at = NULL, event = excluded.event \
         WHERE excluded.version > reminders.version AND (excluded.remind_at ",
    );
    let sql = sql
        .either("IS NOT", "IS DISTINCT FROM")
        .push(" reminders.remind_at OR excluded.due_date ");
    let sql = sql
        .either("IS NOT", "IS DISTINCT FROM")
        .push(" reminders.due_date) RETURNING task_id");
    store.any(sql).await
}

/// Cancels the task's reminder, but not the one for the time `still`, which is past and may not have been fired yet;
/// `false` when it has none, or a newer version has written.
///
/// # Errors
/// [`DbError`].
pub async fn cancel(store: &Store, task: &Task, still: Option<Time>) -> Result<bool, DbError> {
    let sql = store
        .sql()
        .push("UPDATE reminders SET remind_at = NULL, version = ")
        .bind(version(task.version));
    let sql = sql
        .push(" WHERE task_id = ")
        .bind(task.id)
        .push(" AND remind_at IS NOT NULL AND version < ")
        .bind(version(task.version));
    let sql = match still {
        Some(time) => sql.push(" AND remind_at <> ").bind(time),
        None => sql,
    };
    store.any(sql.push(" RETURNING task_id")).await
}

/// What must still be true of the task when its reminder fires, also while the event of its last change is on its way.
fn still_wanted(sql: Sql) -> Sql {
    let sql = sql.push(
        "t.id = r.task_id AND NOT t.completed AND t.deleted_at IS NULL AND t.due_date = r.due_date AND ",
    );
    sql.either(
        "t.remind_before_minutes = ROUND((julianday(t.due_date) - julianday(r.remind_at)) * 1440)",
        "r.remind_at = t.due_date - t.remind_before_minutes * INTERVAL '1 minute'",
    )
}

/// Tasks whose reminder is due at `now` and still wanted, of one user or of all, with the time of the reminder.
///
/// # Errors
/// [`DbError`].
pub async fn due(
    store: &Store,
    user: Option<&UserId>,
    now: Time,
    limit: usize,
) -> Result<Vec<(Time, Task)>, DbError> {
    let columns: Vec<String> = COLUMNS
        .split(", ")
        .map(|column| format!("t.{}", column.trim()))
        .collect();
    let sql = store
        .sql()
        .push("SELECT r.remind_at, ")
        .push(&columns.join(", "));
    let sql = still_wanted(sql.push(" FROM reminders AS r JOIN tasks AS t ON "));
    let sql = sql
        .push(" WHERE r.fired_at IS NULL AND r.remind_at IS NOT NULL AND r.remind_at <= ")
        .bind(now);
    let sql = match user {
        Some(user) => sql.push(" AND r.user_id = ").bind(user.as_str()),
        None => sql,
    };
    let sql = sql
        .push(" ORDER BY r.remind_at LIMIT ")
        .push(&limit.to_string());
    let rows = store.run(sql).await?;
    rows.into_iter()
        .map(|mut row| Ok((row.read()?, read_task(&mut row)?)))
        .collect()
}

/// Fires these reminders in one statement, each with its event, if nobody has and they are still wanted; returns how
/// many.
///
/// # Errors
/// [`DbError`].
pub async fn fire(store: &Store, now: Time, fired: &[(Uuid, String)]) -> Result<usize, DbError> {
    if fired.is_empty() {
        return Ok(0);
    }
    let sql = store
        .sql()
        .push("UPDATE reminders AS r SET fired_at = ")
        .bind(now)
        .push(", event = CASE r.task_id");
    let sql = fired.iter().fold(sql, |sql, (task, event)| {
        sql.push(" WHEN ")
            .bind(*task)
            .push(" THEN ")
            .bind(event.as_str())
    });
    let sql = sql
        .push(" END WHERE r.task_id IN (")
        .bind_all(fired.iter().map(|(task, _)| *task));
    let sql = sql
        .push(") AND r.fired_at IS NULL AND r.remind_at <= ")
        .bind(now);
    let sql = still_wanted(sql.push(" AND EXISTS (SELECT 1 FROM tasks AS t WHERE "));
    let sql = sql.push(") RETURNING task_id");
    Ok(store.run(sql).await?.len())
}
