//! In-app notifications: one per task and time of reminder.

use crate::reminders::still_wanted;
use crate::{DbError, Store};
use domain::{Time, UserId};
use platform::Row;
use uuid::Uuid;

/// One notification.
#[derive(Clone, Debug)]
pub struct Notification {
    /// Its id, UUID v7.
    pub id: Uuid,
    /// The task that it reminds of.
    pub task_id: Uuid,
    /// When the reminder was due.
    pub remind_at: Time,
    /// The task's title when it fired.
    pub task_title: String,
    /// When the task is due.
    pub due_date: Time,
    /// When it was made.
    pub created_at: Time,
    /// When its user read it.
    pub read_at: Option<Time>,
}

const COLUMNS: &str = "id, task_id, remind_at, task_title, due_date, created_at, read_at";

/// A new notification, if there is none for this task and time and the task still waits with this due date and reminder;
/// `false` otherwise.
///
/// # Errors
/// [`DbError`].
pub async fn insert(store: &Store, user: &UserId, new: &Notification) -> Result<bool, DbError> {
    let sql = store.sql().push("INSERT INTO notifications (id, user_id, task_id, remind_at, task_title, due_date, created_at)");
    let sql = sql
        .push(" SELECT ")
        .bind(new.id)
        .push(", ")
        .bind(user.as_str())
        .push(", ")
        .bind(new.task_id);
    let sql = sql
        .push(", ")
        .bind(new.remind_at)
        .push(", ")
        .bind(new.task_title.as_str())
        .push(", ")
        .bind(new.due_date);
    let sql = sql
        .push(", ")
        .bind(new.created_at)
        .push(" FROM tasks AS t WHERE t.id = ")
        .bind(new.task_id)
        .push(" AND ");
    let sql = still_wanted(
        sql,
        |sql| sql.bind(new.due_date),
        |sql| sql.bind(new.remind_at),
    );
    let sql = sql.push(" ON CONFLICT (task_id, remind_at) DO NOTHING RETURNING id");
    store.any(sql).await
}

/// The user's notifications, newest first, after the one created at `after.0` with the id `after.1`.
///
/// # Errors
/// [`DbError`].
pub async fn list(
    store: &Store,
    user: &UserId,
    unread: Option<bool>,
    after: Option<(Time, Uuid)>,
    limit: usize,
) -> Result<Vec<Notification>, DbError> {
    let mut sql = store
        .sql()
        .push("SELECT ")
        .push(COLUMNS)
        .push(" FROM notifications WHERE user_id = ")
        .bind(user.as_str());
    if let Some(unread) = unread {
        sql = sql.push(if unread {
            " AND read_at IS NULL"
        } else {
            " AND read_at IS NOT NULL"
        });
    }
    if let Some((time, id)) = after {
        sql = sql
            .push(" AND (created_at, id) < (")
            .bind(time)
            .push(", ")
            .bind(id)
            .push(")");
    }
    let sql = sql
        .push(" ORDER BY created_at DESC, id DESC LIMIT ")
        .push(&limit.to_string());
    store.all(sql, read).await
}

/// Marks one as read, the first time counts; `None` when the user has no such notification.
///
/// # Errors
/// [`DbError`].
pub async fn mark_read(
    store: &Store,
    user: &UserId,
    id: Uuid,
    now: Time,
) -> Result<Option<Notification>, DbError> {
    let sql = store
        .sql()
        .push("UPDATE notifications SET read_at = COALESCE(read_at, ")
        .bind(now);
    let sql = sql
        .push(") WHERE id = ")
        .bind(id)
        .push(" AND user_id = ")
        .bind(user.as_str());
    store
        .first(sql.push(" RETURNING ").push(COLUMNS), read)
        .await
}

/// Marks all as read; returns how many were unread.
///
/// # Errors
/// [`DbError`].
pub async fn mark_all_read(store: &Store, user: &UserId, now: Time) -> Result<usize, DbError> {
    let sql = store
        .sql()
        .push("UPDATE notifications SET read_at = ")
        .bind(now);
    let sql = sql
        .push(" WHERE read_at IS NULL AND user_id = ")
        .bind(user.as_str())
        .push(" RETURNING id");
    Ok(store.run(sql).await?.len())
}

fn read(mut row: Row) -> Result<Notification, DbError> {
    Ok(Notification {
        id: row.read()?,
        task_id: row.read()?,
        remind_at: row.read()?,
        task_title: row.read()?,
        due_date: row.read()?,
        created_at: row.read()?,
        read_at: row.read()?,
    })
}
