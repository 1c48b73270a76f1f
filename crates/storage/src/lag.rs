//! How far publishing is behind, for operators.

use crate::outbox::PENDING;
use crate::params::params;
use crate::{DbError, Store};
use domain::Time;

/// How far publishing is behind.
#[derive(Clone, Copy, Debug)]
pub struct Lag {
    /// How many events are pending, counted to [`MOST_COUNTED`].
    pub pending: i64,
    /// When the first of them was committed.
    pub oldest: Option<Time>,
    /// How many users wait because the bus did not take their next event.
    pub waiting_users: i64,
}

/// An operator who looks must not add to the load of a database that is behind.
pub const MOST_COUNTED: usize = 100_000;

/// How far publishing is behind, all users together.
pub async fn read(store: &Store) -> Result<Lag, DbError> {
    let pending = format!("{PENDING} AND seq > (SELECT seq FROM outbox_low_water)");
    let sql = format!(
        "SELECT (SELECT COUNT(*) FROM (SELECT seq FROM outbox WHERE {pending} LIMIT {MOST_COUNTED}) AS counted),
                (SELECT created_at FROM outbox WHERE {pending} ORDER BY seq LIMIT 1),
                (SELECT COUNT(*) FROM waiting_users)"
    );
    let lag = store.first(&sql, params![], |mut row| {
        Ok(Lag {
            pending: row.read()?,
            oldest: row.read()?,
            waiting_users: row.read()?,
        })
    });
    let nothing = Lag {
        pending: 0,
        oldest: None,
        waiting_users: 0,
    };
    Ok(lag.await?.unwrap_or(nothing))
}
