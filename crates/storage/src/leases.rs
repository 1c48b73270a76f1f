//! Leases: who may do a job that only one at a time should do, for some seconds.

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
        "UPDATE leases SET owner = $2, expires_at = {expiry}
          WHERE name = $1 AND (owner = $2 OR expires_at < {now})
         RETURNING name",
        expiry = store.now_plus(seconds),
        now = store.now(),
    );
    store.any(&sql, params![name, owner]).await
}

/// Gives the lease back, if `owner` still has it.
pub async fn release(store: &Store, name: &str, owner: &str) -> Result<(), DbError> {
    let sql = format!(
        "UPDATE leases SET owner = '', expires_at = {past} WHERE name = $1 AND owner = $2",
        past = store.now_plus(-1),
    );
    store.run(&sql, params![name, owner]).await.map(drop)
}
