//! Events that were not handled within Dapr's retries, and when to deliver them again.

use crate::params::params;
use crate::{DbError, Store};
use domain::event::CloudEvent;
use platform::Row;

/// The pause after the first attempt, in seconds. It doubles with each one, up to `32` times this.
const PAUSE: i64 = 10;
const MAX_DOUBLINGS: i64 = 5;

/// An event whose time has come, claimed for one attempt.
#[derive(Clone, Debug)]
pub struct Redelivery {
    /// The event's id.
    pub event_id: String,
    /// The event type.
    pub event_type: String,
    /// The event as it came.
    pub event: String,
    /// How often it has been claimed, this time included.
    pub attempts: i64,
    /// Why it was given up, if it was.
    pub given_up: Option<String>,
}

/// Puts an event down for delivery, due at once: `false` when one with its id is down already, or is an open dead letter.
pub async fn schedule(
    store: &Store,
    event: &CloudEvent,
    user_id: &str,
    body: &str,
    record: Option<&str>,
) -> Result<bool, DbError> {
    let sql = "
        INSERT INTO redeliveries (event_id, user_id, type, event, record)
        SELECT $1, $2, $3, $4, $5
         WHERE NOT EXISTS (SELECT 1 FROM dead_letters WHERE id = $1 AND replayed_at IS NULL)
        ON CONFLICT (event_id) DO NOTHING
        RETURNING event_id";
    let params = params![
        event.id.as_str(),
        user_id,
        event.event_type.as_str(),
        body,
        record.unwrap_or_default()
    ];
    store.any(sql, params).await
}

/// The event that is down under this id.
pub async fn find(store: &Store, event_id: &str) -> Result<Option<String>, DbError> {
    let sql = "SELECT event FROM redeliveries WHERE event_id = $1";
    store
        .first(sql, params![event_id], |mut row| Ok(row.read()?))
        .await
}

/// Which record failed, of the event that is down under this id.
pub async fn record(store: &Store, event_id: &str) -> Result<Option<String>, DbError> {
    let sql = "SELECT record FROM redeliveries WHERE event_id = $1 AND record <> ''";
    store
        .first(sql, params![event_id], |mut row| Ok(row.read()?))
        .await
}

/// Takes the event that has been due longest, for one attempt. The attempt counts and the next one is put off in the same
/// statement: an event that ends its host counts too, and no other replica takes it meanwhile.
pub async fn claim(store: &Store) -> Result<Option<Redelivery>, DbError> {
    let seconds = format!(
        "({PAUSE} << {least}(attempts, {MAX_DOUBLINGS}){int})",
        least = store.either("MIN", "LEAST"),
        int = store.either("", "::int"),
    );
    let sql = format!(
        "UPDATE redeliveries SET attempts = attempts + 1, next_attempt_at = {later}
          WHERE event_id = (SELECT event_id FROM redeliveries WHERE next_attempt_at <= {now}
                             ORDER BY next_attempt_at LIMIT 1 {skip})
         RETURNING event_id, type, event, attempts, given_up",
        later = match store.either("sqlite", "") {
            "" => format!("{} + make_interval(secs => {seconds})", store.now()),
            _ =>
                format!("(strftime('%Y-%m-%dT%H:%M:%f', 'now', {seconds} || ' seconds') || '000')"),
        },
        now = store.now(),
        skip = store.either("", "FOR UPDATE SKIP LOCKED"),
    );
    store.first(&sql, params![], read).await
}

/// Takes it off: it was handled, or is a dead letter now.
pub async fn remove(store: &Store, event_id: &str) -> Result<(), DbError> {
    let sql = "DELETE FROM redeliveries WHERE event_id = $1";
    store.run(sql, params![event_id]).await.map(drop)
}

/// Notes that no attempt comes any more, and why.
pub async fn give_up(store: &Store, event_id: &str, reason: &str) -> Result<(), DbError> {
    let sql = "UPDATE redeliveries SET given_up = $2 WHERE event_id = $1";
    store.run(sql, params![event_id, reason]).await.map(drop)
}

/// Why the event was given up; `None` when it was not.
pub async fn given_up(store: &Store, event_id: &str) -> Result<Option<String>, DbError> {
    let sql = "SELECT given_up FROM redeliveries WHERE event_id = $1 AND given_up IS NOT NULL";
    store
        .first(sql, params![event_id], |mut row| Ok(row.read()?))
        .await
}

fn read(mut row: Row) -> Result<Redelivery, DbError> {
    Ok(Redelivery {
        event_id: row.read()?,
        event_type: row.read()?,
        event: row.read()?,
        attempts: row.read()?,
        given_up: row.read()?,
    })
}
