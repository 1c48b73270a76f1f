//! The outbox: events that are committed and not yet published. Triggers fill it; nothing here inserts.

use crate::sql::Sql;
use crate::{DbError, Store};
use domain::event::{EventType, Topic};
use platform::Row;

/// After this many refusals an event is a dead letter: it no longer holds up the later events of its user.
pub const MAX_ATTEMPTS: i64 = 10;

/// How much of a reason is kept, in characters.
const MAX_REASON: usize = 500;

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
    /// How often it has been replayed.
    pub replays: i64,
}

/// The condition of an index; every statement on pending events repeats it to the letter.
const PENDING: &str = "published_at IS NULL AND dead_at IS NULL";

/// The first events to publish, of one topic or of all, in order. An event that waits for its next attempt holds back
/// the later ones of its user, so that the order per user stays.
///
/// # Errors
/// [`DbError`].
pub async fn pending(
    store: &Store,
    only: Option<Topic>,
    limit: usize,
) -> Result<Vec<Pending>, DbError> {
    let sql = store
        .sql()
        .push("SELECT seq, user_id, type, event, attempts, replays FROM outbox AS o WHERE ")
        .push(PENDING)
        .push(&of_topic(only));
    // Only waiting events have a time, so the few of them are looked up in an index of their own, however many are pending.
    let sql = sql.push(
        " AND NOT EXISTS (SELECT 1 FROM outbox AS w WHERE w.user_id = o.user_id AND w.seq <= o.seq",
    );
    let sql = sql.push(" AND w.next_attempt_at > ").now();
    let sql = sql.push(") ORDER BY seq LIMIT ").push(&limit.to_string());
    store.all(sql, read).await
}

/// The condition of a topic: its types by name, which an index can look up.
fn of_topic(topic: Option<Topic>) -> String {
    let Some(topic) = topic else {
        return String::new();
    };
    let types: Vec<String> = EventType::ALL
        .iter()
        .filter(|kind| kind.topic() == topic)
        .map(|kind| format!("'{kind}'"))
        .collect();
    format!(" AND type IN ({})", types.join(", "))
}

/// Marks events as published: those that are still as they were read.
///
/// # Errors
/// [`DbError`].
pub async fn mark_published(store: &Store, events: &[&Pending]) -> Result<(), DbError> {
    let mut rest = events.to_vec();
    // One statement, unless some have been replayed.
    while let Some(replays) = rest.first().map(|pending| pending.replays) {
        let (now, later): (Vec<_>, Vec<_>) = rest
            .into_iter()
            .partition(|pending| pending.replays == replays);
        rest = later;
        let sql = store
            .sql()
            .push("UPDATE outbox SET next_attempt_at = NULL, published_at = ")
            .now();
        let sql = as_read(sql, now.iter().map(|pending| pending.seq), replays);
        store.run(sql).await?;
    }
    Ok(())
}

/// Notes that the bus refused an event; it waits `seconds` before the next attempt. Returns how often it has been refused
/// now; `None` when somebody else has settled it meanwhile.
///
/// # Errors
/// [`DbError`].
pub async fn mark_refused(
    store: &Store,
    pending: &Pending,
    reason: &str,
    seconds: i64,
) -> Result<Option<i64>, DbError> {
    let sql = store
        .sql()
        .push("UPDATE outbox SET attempts = attempts + 1, last_error = ")
        .bind(storable(reason))
        .push(", next_attempt_at = ")
        .now_plus(seconds);
    let sql = as_read(sql, [pending.seq], pending.replays)
        .push(" AND attempts = ")
        .bind(pending.attempts)
        .push(" RETURNING attempts");
    store.first(sql, |mut row| Ok(row.read()?)).await
}

/// What a database can keep of a text from elsewhere: PostgreSQL has no NUL character, and nobody reads a long one.
fn storable(reason: &str) -> String {
    reason
        .chars()
        .filter(|character| *character != '\0')
        .take(MAX_REASON)
        .collect()
}

/// Gives an event up: it is a dead letter now, and the later ones of its user go on.
///
/// # Errors
/// [`DbError`].
pub async fn mark_dead(store: &Store, pending: &Pending) -> Result<(), DbError> {
    let sql = store
        .sql()
        .push("UPDATE outbox SET next_attempt_at = NULL, dead_at = ")
        .now();
    let sql = as_read(sql, [pending.seq], pending.replays);
    store.run(sql).await.map(drop)
}

/// Only what is still pending, and has not been replayed since it was read: a drain may be slow, or have lost its lease.
fn as_read(sql: Sql, seqs: impl IntoIterator<Item = i64>, replays: i64) -> Sql {
    sql.push(" WHERE ")
        .push(PENDING)
        .push(" AND seq IN (")
        .bind_all(seqs)
        .push(") AND replays = ")
        .bind(replays)
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
    Ok(!pending(store, None, 1).await?.is_empty())
}

fn read(mut row: Row) -> Result<Pending, DbError> {
    Ok(Pending {
        seq: row.read()?,
        user_id: row.read()?,
        event_type: row.read()?,
        event: row.read()?,
        attempts: row.read()?,
        replays: row.read()?,
    })
}
