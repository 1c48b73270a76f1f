//! The outbox: events that are committed and not yet published. Triggers fill it; nothing here inserts.

use crate::{DbError, Store};
use platform::Row;

/// After this many refusals an event is a dead letter: it no longer holds up the later events of its user.
const MAX_ATTEMPTS: i64 = 10;

/// An event that waits to be published.
#[derive(Clone, Debug)]
pub struct Pending {
    /// Its place in the order of publishing.
    pub seq: i64,
    /// The partition key.
    pub user_id: String,
    /// The event type, for example `task.created`.
    pub event_type: String,
    /// The CloudEvent as JSON text, as it was committed.
    pub event: String,
    /// How often it has been refused.
    pub attempts: i64,
}

/// The condition of an index; every statement on pending events repeats it to the letter.
const PENDING: &str = "published_at IS NULL AND dead_at IS NULL";

/// The first events to publish, in order. An event that waits for its next attempt holds back the later ones of its
/// user, so that the order per user stays.
///
/// # Errors
/// [`DbError`].
pub async fn pending(store: &Store, limit: usize) -> Result<Vec<Pending>, DbError> {
    let sql = store
        .sql()
        .push("SELECT seq, user_id, type, event, attempts FROM outbox AS o WHERE ")
        .push(PENDING);
    // Only waiting events have a time, so the few of them are looked up in an index of their own, however many are pending.
    let sql = sql.push(
        " AND NOT EXISTS (SELECT 1 FROM outbox AS w WHERE w.user_id = o.user_id AND w.seq <= o.seq",
    );
    let sql = sql.push(" AND w.next_attempt_at > ").now();
    let sql = sql.push(") ORDER BY seq LIMIT ").push(&limit.to_string());
    store.all(sql, read).await
}

/// Marks events as published.
///
/// # Errors
/// [`DbError`].
pub async fn mark_published(store: &Store, seqs: &[i64]) -> Result<(), DbError> {
    if seqs.is_empty() {
        return Ok(());
    }
    let sql = store
        .sql()
        .push("UPDATE outbox SET next_attempt_at = NULL, published_at = ")
        .now()
        .push(" WHERE seq IN (");
    store
        .run(sql.bind_all(seqs.iter().copied()).push(")"))
        .await
        .map(drop)
}

/// Notes that the bus refused an event; it waits `seconds` before the next attempt. `true` when it has had all its
/// attempts.
///
/// # Errors
/// [`DbError`].
pub async fn mark_refused(
    store: &Store,
    seq: i64,
    reason: &str,
    seconds: i64,
) -> Result<bool, DbError> {
    let sql = store
        .sql()
        .push("UPDATE outbox SET attempts = attempts + 1, last_error = ")
        .bind(reason)
        .push(", next_attempt_at = ")
        .now_plus(seconds)
        .push(" WHERE seq = ")
        .bind(seq)
        .push(" RETURNING attempts");
    let attempts: Option<i64> = store.first(sql, |mut row| Ok(row.read()?)).await?;
    Ok(attempts.is_some_and(|attempts| attempts >= MAX_ATTEMPTS))
}

/// Gives an event up: it is a dead letter now, and the later ones of its user go on.
///
/// # Errors
/// [`DbError`].
pub async fn mark_dead(store: &Store, seq: i64) -> Result<(), DbError> {
    let sql = store
        .sql()
        .push("UPDATE outbox SET next_attempt_at = NULL, dead_at = ")
        .now()
        .push(" WHERE seq = ")
        .bind(seq);
    store.run(sql).await.map(drop)
}

/// Why the bus refused an event for good; `None` when it did not.
///
/// # Errors
/// [`DbError`].
pub async fn refusal(store: &Store, event_id: &str) -> Result<Option<String>, DbError> {
    let sql = store
        .sql()
        .push("SELECT last_error FROM outbox WHERE published_at IS NULL AND event_id = ")
        .bind(event_id)
        .push(&format!(" AND attempts >= {MAX_ATTEMPTS}"));
    store.first(sql, |mut row| Ok(row.read()?)).await
}

/// Whether anything could be published now.
///
/// # Errors
/// [`DbError`].
pub async fn any_pending(store: &Store) -> Result<bool, DbError> {
    Ok(!pending(store, 1).await?.is_empty())
}

fn read(mut row: Row) -> Result<Pending, DbError> {
    Ok(Pending {
        seq: row.read()?,
        user_id: row.read()?,
        event_type: row.read()?,
        event: row.read()?,
        attempts: row.read()?,
    })
}
