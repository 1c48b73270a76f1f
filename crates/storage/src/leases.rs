//! Named leases: who may do a job that only one at a time should do, for a moment. The shards of the outbox have leases of
//! their own, see [`crate::shards`].

use crate::params::params;
use crate::{DbError, Store};

/// Acquires the lease, or prolongs it for its owner; `false` when somebody else holds it.
pub async fn acquire(
    store: &Store,
    name: &str,
    owner: &str,
    seconds: i64,
) -> Result<bool, DbError> {
    let sql = format!(
        "INSERT INTO leases AS l (name, owner, expires_at) VALUES ($1, $2, {expiry})
         ON CONFLICT (name) DO UPDATE SET owner = excluded.owner, expires_at = excluded.expires_at
          WHERE l.owner = excluded.owner OR l.expires_at < {now}
         RETURNING name",
        expiry = store.now_plus(seconds),
        now = store.now(),
    );
    store.any(&sql, params![name, owner]).await
}

/// Gives the lease back, if `owner` still has it.
pub async fn release(store: &Store, name: &str, owner: &str) -> Result<(), DbError> {
    let sql = format!(
        "UPDATE leases SET owner = '', expires_at = {now} WHERE name = $1 AND owner = $2",
        now = store.now(),
    );
    store.run(&sql, params![name, owner]).await.map(drop)
}
