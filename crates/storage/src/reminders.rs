//! Reminders: one row per task, written with the version of the change that it follows from, so that an older change never
//! overwrites a newer one.

use crate::params::{int, params};
use crate::task_row::{fields_of, read_task};
use crate::{DbError, Store};
use domain::{Task, Time, UserId};
use platform::Value;
use serde_json::json;

/// Writes the reminder that follows from the task's change to the version `change`: for its `remind_at`, with the event, or none.
/// `true` when the event was put into the outbox; not when the reminder was the same before, or a newer change has written.
///
/// The newer version wins, so handlers may run at once, late or twice. For this the version is raised even when nothing else
/// differs, and the row stays even when there is no reminder; otherwise a handler that had read an older task could write
/// last.
pub async fn write(
    store: &Store,
    task: &Task,
    change: u64,
    event: Option<&str>,
) -> Result<bool, DbError> {
    let sql = format!(
        "INSERT INTO reminders (task_id, user_id, version, remind_at, due_date, event)
         VALUES ($1, $2, $3, $4, $5, $6)
         ON CONFLICT (task_id) DO UPDATE
             SET version = excluded.version, remind_at = excluded.remind_at, due_date = excluded.due_date,
                 fired_at = CASE WHEN {UNCHANGED} THEN reminders.fired_at END,
                 event = CASE WHEN {UNCHANGED} THEN NULL ELSE excluded.event END
             WHERE excluded.version > reminders.version
         RETURNING event IS NOT NULL"
    );
    let params = params![
        task.id,
        task.user_id.as_str(),
        int(change),
        task.remind_at,
        task.due_date,
        event,
    ];
    let published = store.first(&sql, params, |mut row| Ok(row.read()?)).await?;
    Ok(published.unwrap_or(false))
}

/// Whether [`write`] finds the same reminder. Its event must not be published again then: the triggers pass over NULL.
const UNCHANGED: &str = "(excluded.remind_at, excluded.due_date) IS NOT DISTINCT FROM (reminders.remind_at, reminders.due_date)";

/// What must be true of the task `t` when its reminder fires, and again when its notification is made, because the event of
/// its last change may still be on its way: it is not done, not deleted, and has this due date and this reminder. Of a task
/// whose last change was made before `remind_at` was kept, the reminder follows from its minutes.
pub(crate) fn still_wanted(store: &Store, due_date: &str, remind_at: &str) -> String {
    format!(
        "NOT t.completed AND t.deleted_at IS NULL AND t.due_date = {due_date}
         AND CASE WHEN t.remind_version = t.version THEN t.remind_at = {remind_at} ELSE {by_minutes} END",
        by_minutes = store.either(
            &format!("t.remind_before_minutes = ROUND((julianday(t.due_date) - julianday({remind_at})) * 1440)"),
            &format!("t.due_date - t.remind_before_minutes * INTERVAL '1 minute' = {remind_at}"),
        ),
    )
}

/// [`still_wanted`] of the task of the reminder `r`.
fn task_still_wants(store: &Store) -> String {
    let still_wanted = still_wanted(store, "r.due_date", "r.remind_at");
    format!("t.id = r.task_id AND {still_wanted}")
}

/// A reminder that is due.
pub struct Due {
    /// The version of the reminder: when it moves, it gets another.
    pub version: u64,
    /// When it was due.
    pub remind_at: Time,
    /// Its task.
    pub task: Task,
}

/// The reminders that are due at `now` and still wanted, of one user or of all, longest due first.
pub async fn due(
    store: &Store,
    user: Option<&UserId>,
    now: Time,
    limit: usize,
) -> Result<Vec<Due>, DbError> {
    let mut params = params![now, int(limit)];
    let of_user = match user {
        Some(user) => {
            params.push(user.as_str().into());
            "AND r.user_id = $3"
        }
        None => "",
    };
    let sql = format!(
        "SELECT r.version, r.remind_at, {task}
           FROM reminders AS r JOIN tasks AS t ON {task_still_wants}
          WHERE r.fired_at IS NULL AND r.remind_at IS NOT NULL AND r.remind_at <= $1 {of_user}
          ORDER BY r.remind_at LIMIT $2",
        task = fields_of("t"),
        task_still_wants = task_still_wants(store),
    );
    store
        .all(&sql, params, |mut row| {
            Ok(Due {
                version: row.read()?,
                remind_at: row.read()?,
                task: read_task(&mut row)?,
            })
        })
        .await
}

/// Fires these reminders in one statement, each with its event, if nobody has, none has moved since and they are still
/// wanted; returns how many.
///
/// One that somebody else is writing at this moment is passed over, because two calls that wait for each other's rows
/// would be a deadlock.
pub async fn fire(store: &Store, now: Time, fired: &[(Due, String)]) -> Result<usize, DbError> {
    if fired.is_empty() {
        return Ok(0);
    }
    let sql = format!(
        "WITH given AS ({given}),
         mine AS (
            SELECT r.task_id, r.version, given.event
              FROM given JOIN reminders AS r ON r.task_id = given.task_id AND r.version = given.version
             WHERE r.fired_at IS NULL
            {lock})
         UPDATE reminders AS r SET fired_at = $1, event = mine.event
           FROM mine, tasks AS t
          WHERE r.task_id = mine.task_id AND r.version = mine.version AND r.fired_at IS NULL
            AND {task_still_wants}
         RETURNING fired_at",
        given = store.either(
            "SELECT value ->> 'task_id' AS task_id, value ->> 'version' AS version, value ->> 'event' AS event
               FROM json_each($2)",
            "SELECT * FROM jsonb_to_recordset($2) AS given (task_id UUID, version BIGINT, event TEXT)",
        ),
        lock = store.either("", "FOR UPDATE OF r SKIP LOCKED"),
        task_still_wants = task_still_wants(store),
    );
    let rows = fired.iter().map(
        |(due, event)| json!({"task_id": due.task.id, "version": due.version, "event": event}),
    );
    let given = Value::Json(serde_json::Value::from_iter(rows).to_string());
    Ok(store.run(&sql, params![now, given]).await?.len())
}
