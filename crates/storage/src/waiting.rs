//! Users whose next event the bus did not take. They wait here, so that their events stay out of the way of others. A search for
//! pending events leaves them out and goes on behind what it found; so the ends of waits are counted, and after one it begins
//! anew ([`crate::outbox::Pending::waits_ended`]).

use crate::outbox::storable;
use crate::params::{int, params, placeholders};
use crate::{DbError, Store};
use platform::Value;

/// Makes a user wait for some seconds; `reason` is for an operator who looks.
pub async fn wait(store: &Store, user: &str, reason: &str, seconds: i64) -> Result<(), DbError> {
    let sql = format!(
        "INSERT INTO waiting_users (user_id, until, reason) VALUES ($1, {until}, $2)
         ON CONFLICT (user_id) DO UPDATE SET until = excluded.until, reason = excluded.reason",
        until = store.now_plus(seconds),
    );
    let params = params![user, storable(reason)];
    store.run(&sql, params).await.map(drop)
}

/// Makes several users wait for some seconds.
pub async fn wait_all(store: &Store, users: &[(&str, &str)], seconds: i64) -> Result<(), DbError> {
    if users.is_empty() {
        return Ok(());
    }
    let rows: Vec<String> = (0..users.len())
        .map(|n| {
            format!(
                "(${}, {}, ${})",
                2 * n + 1,
                store.now_plus(seconds),
                2 * n + 2
            )
        })
        .collect();
    let sql = format!(
        "INSERT INTO waiting_users (user_id, until, reason) VALUES {rows}
         ON CONFLICT (user_id) DO UPDATE SET until = excluded.until, reason = excluded.reason",
        rows = rows.join(", "),
    );
    let params = users
        .iter()
        .flat_map(|(user, reason)| params![*user, storable(reason)]);
    store.run(&sql, params.collect()).await.map(drop)
}

/// The users that have waited long enough, those that waited longest first.
pub async fn due(store: &Store, limit: usize) -> Result<Vec<String>, DbError> {
    let sql = format!(
        "SELECT user_id FROM waiting_users WHERE until <= {now} ORDER BY until LIMIT $1",
        now = store.now(),
    );
    store
        .all(&sql, vec![int(limit)], |mut row| Ok(row.read()?))
        .await
}

/// Ends the wait of these users.
pub async fn clear(store: &Store, users: &[&str]) -> Result<(), DbError> {
    if users.is_empty() {
        return Ok(());
    }
    let sql = format!(
        "DELETE FROM waiting_users WHERE user_id IN ({})",
        placeholders(1, users.len())
    );
    let params: Vec<Value> = users.iter().map(|user| Value::from(*user)).collect();
    store.run(&sql, params).await.map(drop)
}
