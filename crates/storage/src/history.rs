//! The event history of a user: the outbox, read the other way; and what retention removes from it, counted.

use crate::params::params;
use crate::sql::Sql;
use crate::{DbError, Store};
use domain::{Time, UserId};

/// How many rows retention looks at in one step: what it locks at once.
const STEP: usize = 500;

/// PostgreSQL: whether this transaction got the advisory lock of retention. Two steps at once would choose the same rows, and
/// could block each other while they count.
const ALONE: &str = "(SELECT pg_try_advisory_xact_lock(1953457264))";

/// What to show of a history.
#[derive(Clone, Debug, Default)]
pub struct Query {
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
    query: &Query,
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
           FROM (SELECT {day} AS day, type, 1 AS count FROM outbox WHERE user_id = $1
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

/// Removes the oldest events that were published more than `days` days ago, a few hundred at most; they stay counted. Returns
/// how many: none when there are no more, or when another host is at it.
/// Events that were never published and those that are open dead letters stay, because they may still be replayed.
pub async fn expire(store: &Store, days: i64) -> Result<usize, DbError> {
    let sql = format!(
        "DELETE FROM outbox
          WHERE {alone} AND seq IN (
                SELECT seq
                  FROM (SELECT seq, published_at
                          FROM outbox AS o
                         WHERE published_at IS NOT NULL
                           AND NOT EXISTS (SELECT 1 FROM dead_letters AS d
                                            WHERE d.event_id = o.event_id AND d.replayed_at IS NULL)
                         ORDER BY seq LIMIT {STEP}) AS oldest
                 WHERE published_at < {limit})
         RETURNING seq",
        alone = store.either("TRUE", ALONE),
        limit = store.now_plus(days.saturating_mul(-86_400)),
    );
    Ok(store.run(&sql, params![]).await?.len())
}
