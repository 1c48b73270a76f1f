//! The event history of a user: the outbox, read the other way; and its counts.
//!
//! What is older than some minutes is counted in steps, for all users at once, and so is what leaves the outbox before that. The
//! counts of a user are these and the few events behind the mark, so reading them takes no longer when the history grows.

use crate::params::params;
use crate::purge::alone;
use crate::sql::Sql;
use crate::{DbError, Store};
use domain::{Time, UserId};

/// How many events a step counts.
const STEP: usize = 2000;

/// Younger events are not counted yet, in seconds: a statement that has its place in the order but has not ended would be
/// passed over.
const SETTLED: i64 = 600;

/// What to show of a history.
#[derive(Clone, Debug, Default)]
pub struct EventFilter {
    /// Only this event type.
    pub event_type: Option<String>,
    /// Committed at this time or later.
    pub after: Option<Time>,
    /// Committed before this time.
    pub before: Option<Time>,
    /// Only what is older than the event with this sequence number.
    pub older_than: Option<i64>,
    /// How many at most.
    pub limit: usize,
}

/// The user's events as committed, newest first, each with its sequence number.
pub async fn list(
    store: &Store,
    user: &UserId,
    query: &EventFilter,
) -> Result<Vec<(i64, String)>, DbError> {
    let mut sql = Sql::new(
        "SELECT seq, event FROM outbox WHERE user_id = $",
        params![user.as_str()],
    );
    sql.and_some("type = $", query.event_type.as_deref());
    sql.and_some("created_at >= $", query.after);
    sql.and_some("created_at < $", query.before);
    let after = query.older_than.map(|seq| params![seq]);
    let (sql, params) = sql.page(&["seq"], true, after, query.limit);
    store
        .all(&sql, params, |mut row| Ok((row.read()?, row.read()?)))
        .await
}

/// The user's events counted by day (UTC, `YYYY-MM-DD`, newest first) and type, removed ones included.
pub async fn counts(store: &Store, user: &UserId) -> Result<Vec<(String, String, i64)>, DbError> {
    let day = store.either(
        "substr(created_at, 1, 10)",
        "to_char(created_at, 'YYYY-MM-DD')",
    );
    let sql = format!(
        "SELECT day, type, CAST(SUM(count) AS BIGINT)
           FROM (SELECT {day} AS day, type, 1 AS count FROM outbox
                  WHERE user_id = $1 AND seq > (SELECT seq FROM counted)
                 UNION ALL
                 SELECT day, type, count FROM event_counts WHERE user_id = $1) AS events
          GROUP BY day, type
          ORDER BY day DESC, type"
    );
    store
        .all(&sql, params![user.as_str()], |mut row| {
            Ok((row.read()?, row.read()?, row.read()?))
        })
        .await
}

/// Counts the next events of all users, some thousands at most: moves the mark, and its trigger counts what it passes. `false`
/// when there are none, or when another host is at it.
pub async fn count(store: &Store) -> Result<bool, DbError> {
    let sql = format!(
        "UPDATE counted SET seq = next.last
           FROM (SELECT MAX(seq) AS last
                   FROM (SELECT seq, created_at FROM outbox
                          WHERE seq > (SELECT seq FROM counted) ORDER BY seq LIMIT {STEP}) AS following
                  WHERE created_at < {settled}) AS next
          WHERE {alone} AND next.last > counted.seq
         RETURNING seq",
        settled = store.now_plus(-SETTLED),
        alone = alone(store),
    );
    store.any(&sql, params![]).await
}
