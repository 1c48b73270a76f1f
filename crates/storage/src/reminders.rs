//! Reminders: one row per task, written with the version of the change that it follows from, so that an older change never
//! overwrites a newer one.

use crate::sql::Sql;
use crate::task_row::{COLUMNS, read_task, version};
use crate::{DbError, Store};
use domain::{Task, Time, UserId};
use platform::Value;

/// Writes what the task's change to the version `change` comes to: the reminder for `remind_at` with its event, or that
/// there is none. `true` when the event waits in the outbox now; not when the reminder was so already, or a newer change
/// has written.
///
/// Newer version wins, however many handlers run at once, stall or come again. Each writes in this one statement, under the
/// version of the change whose event it handles, and only over an older one; so `version` never goes back, and once the
/// event of the last change that concerns the reminder was handled, the row is that change's. Whoever wrote it under that
/// version had read the task after the change, and no later change concerned the reminder: so what it says is right. Two
/// things carry this: the version is raised even when nothing else differs, and a row is left even when there is no
/// reminder. Without them a handler that had read an older task could still write after everybody else.
///
/// # Errors
/// [`DbError`].
pub async fn write(
    store: &Store,
    task: &Task,
    change: u64,
    remind_at: Option<Time>,
    event: Option<&str>,
) -> Result<bool, DbError> {
    let sql = store.sql().push(
        "INSERT INTO reminders (task_id, user_id, version, remind_at, due_date, event) VALUES (",
    );
    let sql = sql.bind_all::<Value>([
        task.id.into(),
        task.user_id.as_str().into(),
        version(change),
        remind_at.into(),
        task.due_date.into(),
        event.into(),
    ]);
    let sql = sql.push(
        ") ON CONFLICT (task_id) DO UPDATE SET version = excluded.version, remind_at = excluded.remind_at, \
         due_date = excluded.due_date, fired_at = CASE WHEN ",
    );
    let sql = unchanged(sql).push(" THEN reminders.fired_at END, event = CASE WHEN ");
    let sql = unchanged(sql).push(" THEN NULL ELSE excluded.event END");
    let sql = sql.push(" WHERE excluded.version > reminders.version RETURNING event IS NOT NULL");
    let published = store.first(sql, |mut row| Ok(row.read()?)).await?;
    Ok(published.unwrap_or(false))
}

/// Whether the reminder to be written is the one that is there. Its event is not published again then: the triggers pass
/// over an event that is NULL.
fn unchanged(sql: Sql) -> Sql {
    sql.push("(excluded.remind_at, excluded.due_date) ")
        .either("IS", "IS NOT DISTINCT FROM")
        .push(" (reminders.remind_at, reminders.due_date)")
}

/// What must still be true of the task `t` when its reminder fires and when its notification is made, also while the event
/// of its last change is on its way: it waits to be done, and has this due date and this reminder.
pub(crate) fn still_wanted(
    sql: Sql,
    due_date: impl Fn(Sql) -> Sql,
    remind_at: impl Fn(Sql) -> Sql,
) -> Sql {
    let sql = due_date(sql.push("NOT t.completed AND t.deleted_at IS NULL AND t.due_date = "));
    let sql = sql.either(
        " AND t.remind_before_minutes = ROUND((julianday(t.due_date) - julianday(",
        " AND t.due_date - t.remind_before_minutes * INTERVAL '1 minute' = ",
    );
    remind_at(sql).either(")) * 1440)", "")
}

/// [`still_wanted`] of the task of the reminder `r`.
fn task_still_wants(sql: Sql) -> Sql {
    still_wanted(
        sql.push("t.id = r.task_id AND "),
        |sql| sql.push("r.due_date"),
        |sql| sql.push("r.remind_at"),
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
    let sql = task_still_wants(sql.push(" FROM reminders AS r JOIN tasks AS t ON "));
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

/// Fires these reminders, as [`due`] found them, in one statement, each with its event, if nobody has, none has moved since
/// and they are still wanted; returns how many.
///
/// # Errors
/// [`DbError`].
pub async fn fire(
    store: &Store,
    now: Time,
    fired: &[(Time, Task, String)],
) -> Result<usize, DbError> {
    if fired.is_empty() {
        return Ok(0);
    }
    let sql = store
        .sql()
        .push("UPDATE reminders AS r SET fired_at = ")
        .bind(now)
        .push(", event = CASE r.task_id");
    let sql = fired.iter().fold(sql, |sql, (_, task, event)| {
        sql.push(" WHEN ")
            .bind(task.id)
            .push(" THEN ")
            .bind(event.as_str())
    });
    let sql = sql.push(" END WHERE r.fired_at IS NULL AND (");
    let each = fired.iter().enumerate();
    let sql = each.fold(sql, |sql, (i, (remind_at, task, _))| {
        sql.push(if i == 0 { "" } else { " OR " })
            .push("(r.task_id = ")
            .bind(task.id)
            .push(" AND r.remind_at = ")
            .bind(*remind_at)
            .push(" AND r.due_date = ")
            .bind(task.due_date)
            .push(")")
    });
    let sql = task_still_wants(sql.push(") AND EXISTS (SELECT 1 FROM tasks AS t WHERE "));
    let sql = sql.push(") RETURNING task_id");
    Ok(store.run(sql).await?.len())
}
