//! Leases: who may do a job that one at a time should do, for some seconds.

use crate::{DbError, Store};

/// Takes the lease, or prolongs it for its owner; `false` when somebody else holds it.
///
/// # Errors
/// [`DbError`].
pub async fn take(store: &Store, name: &str, owner: &str, seconds: i64) -> Result<bool, DbError> {
    let sql = store
        .sql()
        .push("UPDATE leases SET owner = ")
        .bind(owner)
        .push(", expires_at = ")
        .now_plus(seconds);
    let sql = sql
        .push(" WHERE name = ")
        .bind(name)
        .push(" AND (owner = ")
        .bind(owner);
    let sql = sql.push(" OR expires_at < ").now().push(") RETURNING name");
    store.any(sql).await
}

/// Gives the lease back, if `owner` still has it.
///
/// # Errors
/// [`DbError`].
pub async fn release(store: &Store, name: &str, owner: &str) -> Result<(), DbError> {
    let sql = store
        .sql()
        .push("UPDATE leases SET owner = '', expires_at = ")
        .now_plus(-1);
    let sql = sql
        .push(" WHERE name = ")
        .bind(name)
        .push(" AND owner = ")
        .bind(owner);
    store.run(sql).await.map(drop)
}
