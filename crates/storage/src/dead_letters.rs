//! Dead letters: events that could not be handled or published, kept whole until an operator replays them.

use crate::{DbError, Store};
use domain::Time;
use platform::Row;

/// One dead letter.
#[derive(Clone, Debug)]
pub struct DeadLetter {
    /// Its id: the event's own where it has one.
    pub id: String,
    /// The event's id; without one it cannot be replayed.
    pub event_id: Option<String>,
    /// The partition key; empty when unknown.
    pub user_id: String,
    /// The event type; empty when unknown.
    pub event_type: String,
    /// The topic from which it came, or for which it was meant; empty when unknown.
    pub topic: String,
    /// The event as it came.
    pub event: String,
    /// Why it is here.
    pub reason: String,
    /// When it came.
    pub received_at: Time,
    /// When it was replayed.
    pub replayed_at: Option<Time>,
}

const COLUMNS: &str = "id, event_id, user_id, type, topic, event, reason, received_at, replayed_at";

/// Keeps a dead letter. One that is open already is kept once; one that was replayed and failed again is open again.
/// `false` when nothing changed.
///
/// # Errors
/// [`DbError`].
pub async fn keep(store: &Store, letter: &DeadLetter) -> Result<bool, DbError> {
    let sql = store.sql().push(
        "INSERT INTO dead_letters (id, event_id, user_id, type, topic, event, reason, received_at)",
    );
    let sql = sql
        .push(" VALUES (")
        .bind(letter.id.as_str())
        .push(", ")
        .bind(letter.event_id.clone())
        .push(", ");
    let texts = [
        &letter.user_id,
        &letter.event_type,
        &letter.topic,
        &letter.event,
        &letter.reason,
    ];
    let sql = sql
        .bind_all(texts.map(String::as_str))
        .push(", ")
        .bind(letter.received_at);
    let sql = sql.push(
        ") ON CONFLICT (id) DO UPDATE SET replayed_at = NULL, reason = excluded.reason, \
         received_at = excluded.received_at WHERE dead_letters.replayed_at IS NOT NULL RETURNING id",
    );
    store.any(sql).await
}

/// Dead letters, newest first, open or replayed or both, after the one received at `after.0` with the id `after.1`.
///
/// # Errors
/// [`DbError`].
pub async fn list(
    store: &Store,
    replayed: Option<bool>,
    after: Option<(Time, &str)>,
    limit: usize,
) -> Result<Vec<DeadLetter>, DbError> {
    let mut sql = store
        .sql()
        .push("SELECT ")
        .push(COLUMNS)
        .push(" FROM dead_letters WHERE 1 = 1");
    if let Some(replayed) = replayed {
        sql = sql.push(if replayed {
            " AND replayed_at IS NOT NULL"
        } else {
            " AND replayed_at IS NULL"
        });
    }
    if let Some((time, id)) = after {
        sql = sql
            .push(" AND (received_at, id) < (")
            .bind(time)
            .push(", ")
            .bind(id)
            .push(")");
    }
    let sql = sql
        .push(" ORDER BY received_at DESC, id DESC LIMIT ")
        .push(&limit.to_string());
    store.all(sql, read).await
}

/// One dead letter.
///
/// # Errors
/// [`DbError`].
pub async fn find(store: &Store, id: &str) -> Result<Option<DeadLetter>, DbError> {
    let sql = store
        .sql()
        .push("SELECT ")
        .push(COLUMNS)
        .push(" FROM dead_letters WHERE id = ")
        .bind(id);
    store.first(sql, read).await
}

/// Puts an open dead letter back into the outbox, once: `false` when it has been replayed or cannot be.
///
/// # Errors
/// [`DbError`].
pub async fn replay(store: &Store, id: &str) -> Result<bool, DbError> {
    let sql = store
        .sql()
        .push("UPDATE dead_letters SET replayed_at = ")
        .now()
        .push(" WHERE id = ")
        .bind(id);
    let sql = sql.push(" AND replayed_at IS NULL AND event_id IS NOT NULL RETURNING id");
    store.any(sql).await
}

fn read(mut row: Row) -> Result<DeadLetter, DbError> {
    Ok(DeadLetter {
        id: row.read()?,
        event_id: row.read()?,
        user_id: row.read()?,
        event_type: row.read()?,
        topic: row.read()?,
        event: row.read()?,
        reason: row.read()?,
        received_at: row.read()?,
        replayed_at: row.read()?,
    })
}
