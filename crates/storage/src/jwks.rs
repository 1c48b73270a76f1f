//! The public keys of an identity provider, and when it was asked for them.

use crate::params::params;
use crate::{DbError, Store};

/// The provider is asked at most once in so many seconds; without keys that verify, more often.
const BETWEEN: i64 = 60;
const BETWEEN_WITHOUT_KEYS: i64 = 5;

/// After so many seconds keys are asked for again, so that one which was withdrawn is not used for ever.
const OLD: i64 = 600;

/// After so many seconds without a newer answer they verify nothing: the provider may have withdrawn one for a reason.
const STALE: i64 = 24 * 60 * 60;

/// Whoever asked has an answer after so many seconds, or will have none.
const AWAITED: i64 = 4;

/// What is known of a provider.
#[derive(Clone, Debug)]
pub struct Jwks {
    /// The keys as [`keep`] got them; `None` until the provider has answered, and when its last answer is a day ago.
    pub keys: Option<String>,
    /// Whether they should be asked for again, which nobody has done in the last minute.
    pub is_old: bool,
    /// Whether somebody is asking now.
    pub is_awaited: bool,
}

/// What is known of the provider at `url`.
pub async fn find(store: &Store, url: &str) -> Result<Option<Jwks>, DbError> {
    let sql = format!(
        "SELECT CASE WHEN fetched_at > {stale} THEN keys END, COALESCE(fetched_at < {old} AND asked_at < {later}, FALSE),
                COALESCE(awaited_until > {now}, FALSE)
           FROM jwks WHERE url = $1",
        stale = store.now_plus(-STALE),
        old = store.now_plus(-OLD),
        later = store.now_plus(-BETWEEN),
        now = store.now(),
    );
    let read = store.first(&sql, params![url], |mut row| {
        Ok(Jwks {
            keys: row.read()?,
            is_old: row.read()?,
            is_awaited: row.read()?,
        })
    });
    read.await
}

/// Takes the task of asking the provider: `false` when somebody has asked it a moment ago.
pub async fn claim(store: &Store, url: &str) -> Result<bool, DbError> {
    let sql = format!(
        "INSERT INTO jwks AS j (url, asked_at, awaited_until) VALUES ($1, {now}, {until})
         ON CONFLICT (url) DO UPDATE SET asked_at = excluded.asked_at, awaited_until = excluded.awaited_until
          WHERE j.asked_at < CASE WHEN j.fetched_at > {stale} THEN {later} ELSE {soon} END
         RETURNING url",
        now = store.now(),
        until = store.now_plus(AWAITED),
        stale = store.now_plus(-STALE),
        soon = store.now_plus(-BETWEEN_WITHOUT_KEYS),
        later = store.now_plus(-BETWEEN),
    );
    store.any(&sql, params![url]).await
}

/// Keeps what the provider has answered.
pub async fn keep(store: &Store, url: &str, keys: &str) -> Result<(), DbError> {
    let sql = format!(
        "UPDATE jwks SET keys = $2, fetched_at = {now}, awaited_until = NULL WHERE url = $1",
        now = store.now(),
    );
    store.run(&sql, params![url, keys]).await.map(drop)
}

/// Notes that the provider has not answered, so that nobody waits for it.
pub async fn give_up(store: &Store, url: &str) -> Result<(), DbError> {
    let sql = "UPDATE jwks SET awaited_until = NULL WHERE url = $1";
    store.run(sql, params![url]).await.map(drop)
}
