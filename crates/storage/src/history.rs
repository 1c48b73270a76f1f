//! The event history of a user: the outbox, read the other way; and what retention removes from it, counted.

use crate::{DbError, Store};
use domain::{Time, UserId};

/// How many rows retention looks at in one step: what it locks at once.
const STEP: usize = 500;

/// PostgreSQL: the advisory lock of retention, beside that of the migrations. Two steps at once would choose the same rows,
/// and count those of the same users in different orders.
const LOCK: &str = "(SELECT pg_try_advisory_xact_lock(1953457264)) AND ";

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
///
/// # Errors
/// [`DbError`].
pub async fn list(
    store: &Store,
    user: &UserId,
    query: &Query,
) -> Result<Vec<(i64, String)>, DbError> {
    let mut sql = store
        .sql()
        .push("SELECT seq, event FROM outbox WHERE user_id = ")
        .bind(user.as_str());
    if let Some(event_type) = &query.event_type {
        sql = sql.push(" AND type = ").bind(event_type.as_str());
    }
    if let Some(time) = query.after {
        sql = sql.push(" AND created_at >= ").bind(time);
    }
    if let Some(time) = query.before {
        sql = sql.push(" AND created_at < ").bind(time);
    }
    if let Some(seq) = query.older_than {
        sql = sql.push(" AND seq < ").bind(seq);
    }
    let sql = sql
        .push(" ORDER BY seq DESC LIMIT ")
        .push(&query.limit.to_string());
    store
        .run(sql)
        .await?
        .into_iter()
        .map(|mut row| Ok((row.read()?, row.read()?)))
        .collect()
}

/// The user's events counted by day (UTC, `YYYY-MM-DD`, newest first) and type, removed ones included.
///
/// # Errors
/// [`DbError`].
pub async fn counts(store: &Store, user: &UserId) -> Result<Vec<(String, String, i64)>, DbError> {
    let sql = store
        .sql()
        .push("SELECT day, type, ")
        .either("SUM(count)", "SUM(count)::bigint");
    let sql = sql.push(" FROM (SELECT ").either(
        "substr(created_at, 1, 10)",
        "to_char(created_at, 'YYYY-MM-DD')",
    );
    let sql = sql
        .push(" AS day, type, 1 AS count FROM outbox WHERE user_id = ")
        .bind(user.as_str());
    let sql = sql
        .push(" UNION ALL SELECT day, type, count FROM event_counts WHERE user_id = ")
        .bind(user.as_str());
    let sql = sql.push(") AS events GROUP BY day, type ORDER BY day DESC, type");
    let rows = store.run(sql).await?;
    rows.into_iter()
        .map(|mut row| Ok((row.read()?, row.read()?, row.read()?)))
        .collect()
}

/// Removes the oldest events that were published more than `days` days ago, a few hundred at most; they stay counted. Returns
/// how many: none when these were all, or when another host is at it.
/// Those never published and those that are open dead letters stay: they may still be replayed, and are in nobody's way.
///
/// # Errors
/// [`DbError`].
pub async fn expire(store: &Store, days: i64) -> Result<usize, DbError> {
    let sql = store
        .sql()
        .push("DELETE FROM outbox WHERE ")
        .either("", LOCK)
        .push("seq IN (SELECT seq FROM (SELECT seq, published_at FROM outbox AS o");
    let sql = sql
        .push(" WHERE published_at IS NOT NULL AND NOT EXISTS (SELECT 1 FROM dead_letters AS d")
        .push(" WHERE d.event_id = o.event_id AND d.replayed_at IS NULL) ORDER BY seq LIMIT ")
        .push(&STEP.to_string())
        .push(") AS oldest WHERE published_at < ");
    let sql = sql
        .now_plus(days.saturating_mul(-86_400))
        .push(") RETURNING seq");
    Ok(store.run(sql).await?.len())
}
