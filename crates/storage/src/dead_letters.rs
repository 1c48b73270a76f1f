//! Dead letters: events that could not be handled or published, kept whole until an operator replays them.

use crate::params::params;
use crate::sql::Sql;
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
pub async fn keep(store: &Store, letter: &DeadLetter) -> Result<bool, DbError> {
    let sql = "
        INSERT INTO dead_letters (id, event_id, user_id, type, topic, event, reason, received_at)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
        ON CONFLICT (id) DO UPDATE
            SET replayed_at = NULL, reason = excluded.reason, received_at = excluded.received_at
            WHERE dead_letters.replayed_at IS NOT NULL
        RETURNING id";
    let params = params![
        letter.id.as_str(),
        letter.event_id.as_deref(),
        letter.user_id.as_str(),
        letter.event_type.as_str(),
        letter.topic.as_str(),
        letter.event.as_str(),
        letter.reason.as_str(),
        letter.received_at,
    ];
    store.any(sql, params).await
}

/// Dead letters, newest first, open or replayed or both, after the one received at `after.0` with the id `after.1`.
pub async fn list(
    store: &Store,
    replayed: Option<bool>,
    after: Option<(Time, &str)>,
    limit: usize,
) -> Result<Vec<DeadLetter>, DbError> {
    let condition = match replayed {
        Some(true) => "replayed_at IS NOT NULL",
        Some(false) => "replayed_at IS NULL",
        None => "TRUE",
    };
    let sql = Sql::new(
        &format!("SELECT {COLUMNS} FROM dead_letters WHERE {condition}"),
        params![],
    );
    let after = after.map(|(time, id)| params![time, id]);
    let (sql, params) = sql.page(&["received_at", "id"], true, after, limit);
    store.all(&sql, params, read).await
}

/// One dead letter.
pub async fn find(store: &Store, id: &str) -> Result<Option<DeadLetter>, DbError> {
    let sql = format!("SELECT {COLUMNS} FROM dead_letters WHERE id = $1");
    store.first(&sql, params![id], read).await
}

/// Puts an open dead letter back into the outbox, once: `false` when it has been replayed or cannot be.
pub async fn replay(store: &Store, id: &str) -> Result<bool, DbError> {
    let sql = format!(
        "UPDATE dead_letters SET replayed_at = {now}
          WHERE id = $1 AND replayed_at IS NULL AND event_id IS NOT NULL
         RETURNING id",
        now = store.now(),
    );
    store.any(&sql, params![id]).await
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
