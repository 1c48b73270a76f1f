//! The outbox: events that are committed and not yet published. Triggers fill it; nothing here inserts.

use crate::params::{int, params, placeholders};
use crate::{DbError, Store};
use domain::event::{EventType, Topic};
use platform::{Row, Value};

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

/// The condition of an index, to the letter: with other words the index would not be used.
const PENDING: &str = "published_at IS NULL AND dead_at IS NULL";

/// The first events to publish, of one topic or of all, in order. An event that waits for its next attempt holds back
/// the later ones of its user, so that the order per user stays.
pub async fn pending(
    store: &Store,
    only: Option<Topic>,
    limit: usize,
) -> Result<Vec<Pending>, DbError> {
    // Only waiting events have a `next_attempt_at`, and an index of their own: so this is cheap however many are pending.
    let sql = format!(
        "SELECT seq, user_id, type, event, attempts, replays
           FROM outbox AS o WHERE {PENDING} {of_topic}
            AND NOT EXISTS (SELECT 1 FROM outbox AS w
                             WHERE w.user_id = o.user_id AND w.seq <= o.seq AND w.next_attempt_at > {now})
          ORDER BY seq LIMIT $1",
        of_topic = of_topic(only),
        now = store.now(),
    );
    store.all(&sql, vec![int(limit)], read).await
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
    format!("AND type IN ({})", types.join(", "))
}

/// Marks events as published: those still pending that have not been replayed since they were read, because a drain may be
/// slow, or have lost its lease.
pub async fn mark_published(store: &Store, events: &[&Pending]) -> Result<(), DbError> {
    let mut rest = events.to_vec();
    // One statement, unless some have been replayed.
    while let Some(replays) = rest.first().map(|pending| pending.replays) {
        let (now, later): (Vec<_>, Vec<_>) = rest
            .into_iter()
            .partition(|pending| pending.replays == replays);
        rest = later;
        let sql = format!(
            "UPDATE outbox SET next_attempt_at = NULL, published_at = {}
              WHERE {PENDING} AND replays = $1 AND seq IN ({})",
            store.now(),
            placeholders(2, now.len()),
        );
        let seqs = now.iter().map(|pending| pending.seq.into());
        let params: Vec<Value> = std::iter::once(replays.into()).chain(seqs).collect();
        store.run(&sql, params).await?;
    }
    Ok(())
}

/// Notes that the bus refused an event, which waits `seconds` before the next attempt. Returns how often it has been refused
/// now; `None` when somebody else has settled it meanwhile.
pub async fn mark_refused(
    store: &Store,
    pending: &Pending,
    reason: &str,
    seconds: i64,
) -> Result<Option<i64>, DbError> {
    let sql = format!(
        "UPDATE outbox SET attempts = attempts + 1, last_error = $4, next_attempt_at = {}
          WHERE {PENDING} AND seq = $1 AND replays = $2 AND attempts = $3
         RETURNING attempts",
        store.now_plus(seconds),
    );
    let params = params![
        pending.seq,
        pending.replays,
        pending.attempts,
        storable(reason)
    ];
    store.first(&sql, params, |mut row| Ok(row.read()?)).await
}

/// The part of a text from elsewhere that is kept: not too long, and without NUL, which PostgreSQL does not store.
fn storable(reason: &str) -> String {
    reason
        .chars()
        .filter(|character| *character != '\0')
        .take(MAX_REASON)
        .collect()
}

/// Gives an event up: it is a dead letter now, and the later ones of its user go on.
pub async fn mark_dead(store: &Store, pending: &Pending) -> Result<(), DbError> {
    let sql = format!(
        "UPDATE outbox SET next_attempt_at = NULL, dead_at = {}
          WHERE {PENDING} AND seq = $1 AND replays = $2",
        store.now(),
    );
    let params = params![pending.seq, pending.replays];
    store.run(&sql, params).await.map(drop)
}

/// Why the bus refused an event for good; `None` when it did not.
pub async fn refusal(store: &Store, event_id: &str) -> Result<Option<String>, DbError> {
    let sql = format!(
        "SELECT last_error FROM outbox
          WHERE published_at IS NULL AND event_id = $1 AND attempts >= {MAX_ATTEMPTS}"
    );
    store
        .first(&sql, params![event_id], |mut row| Ok(row.read()?))
        .await
}

/// Whether anything could be published now.
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
