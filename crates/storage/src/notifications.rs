//! In-app notifications: one per task and time of reminder.

use crate::params::params;
use crate::reminders::still_wanted;
use crate::sql::Sql;
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

/// A new notification, if there is none for this task and time, and the task still has this due date and this reminder;
/// `false` otherwise.
pub async fn insert(store: &Store, user: &UserId, new: &Notification) -> Result<bool, DbError> {
    let sql = format!(
        "INSERT INTO notifications (id, user_id, task_id, remind_at, task_title, due_date, created_at)
         SELECT $1, $2, $3, $4, $5, $6, $7
           FROM tasks AS t
          WHERE t.id = $3 AND {still_wanted}
         ON CONFLICT (task_id, remind_at) DO NOTHING
         RETURNING id",
        still_wanted = still_wanted(store, "$6", "$4"),
    );
    let params = params![
        new.id,
        user.as_str(),
        new.task_id,
        new.remind_at,
        new.task_title.as_str(),
        new.due_date,
        new.created_at,
    ];
    store.any(&sql, params).await
}

/// The user's notifications, newest first, after the one created at `after.0` with the id `after.1`.
pub async fn list(
    store: &Store,
    user: &UserId,
    unread: Option<bool>,
    after: Option<(Time, Uuid)>,
    limit: usize,
) -> Result<Vec<Notification>, DbError> {
    let mut sql = Sql::new(
        &format!("SELECT {COLUMNS} FROM notifications WHERE user_id = $"),
        params![user.as_str()],
    );
    match unread {
        Some(true) => sql.and("read_at IS NULL", params![]),
        Some(false) => sql.and("read_at IS NOT NULL", params![]),
        None => {}
    }
    let after = after.map(|(time, id)| params![time, id]);
    let (sql, params) = sql.page(&["created_at", "id"], true, after, limit);
    store.all(&sql, params, read).await
}

/// Marks one as read, the first time counts; `None` when the user has no such notification.
pub async fn mark_read(
    store: &Store,
    user: &UserId,
    id: Uuid,
    now: Time,
) -> Result<Option<Notification>, DbError> {
    let sql = format!(
        "UPDATE notifications SET read_at = COALESCE(read_at, $3)
          WHERE id = $1 AND user_id = $2
         RETURNING {COLUMNS}"
    );
    store
        .first(&sql, params![id, user.as_str(), now], read)
        .await
}

/// Marks all as read; returns how many were unread.
pub async fn mark_all_read(store: &Store, user: &UserId, now: Time) -> Result<usize, DbError> {
    let sql =
        "UPDATE notifications SET read_at = $2 WHERE read_at IS NULL AND user_id = $1 RETURNING id";
    Ok(store.run(sql, params![user.as_str(), now]).await?.len())
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
