//! The shards of the outbox: users are spread over [`SHARDS`] of them, and whoever holds the lease of a shard publishes
//! the events of its users.

use crate::params::{int, params};
use crate::{DbError, Store, leases, words};
use domain::UserId;
use domain::event::Topic;
use platform::{Row, Value};

/// How many shards there are.
pub const SHARDS: usize = words::SHARDS;

/// What the holder of some shards needs to know.
#[derive(Clone, Debug, Default)]
pub struct Held {
    /// The numbers of the shards, from 0.
    pub shards: Vec<i64>,
    /// No event up to this sequence number is pending.
    pub low_water: i64,
    /// The topics that did not take anything a moment ago.
    pub paused: Vec<Topic>,
}

/// Where to begin with free shards.
#[derive(Clone, Copy, Debug)]
pub enum First<'a> {
    /// With the shard of this user; without it there is nothing to acquire.
    Of(&'a UserId),
    /// With the shard of this number, or the next one that is free.
    Number(usize),
}

/// Acquires up to `most` free shards for `owner`. Those that another drain acquires at this moment are passed over.
pub async fn acquire(
    store: &Store,
    owner: &str,
    first: First<'_>,
    most: usize,
    millis: i64,
) -> Result<Held, DbError> {
    let (first, if_taken, params) = match first {
        First::Of(user) => {
            let params = params![owner, int(most), user.as_str()];
            (store.shard_of("$3"), "FALSE", params)
        }
        First::Number(number) => (number.to_string(), "TRUE", params![owner, int(most)]),
    };
    let sql = format!(
        "UPDATE outbox_shards SET owner = $1, expires_at = {expiry}
          WHERE shard IN (SELECT shard FROM outbox_shards
                           WHERE expires_at <= {now}
                             AND ({if_taken} OR EXISTS (SELECT 1 FROM outbox_shards WHERE shard = {first} AND expires_at <= {now}))
                           ORDER BY (shard + {SHARDS} - {first}) % {SHARDS} LIMIT $2 {skip_locked})
         RETURNING shard, {LOW_WATER}, {paused}",
        expiry = store.now_plus_millis(millis),
        now = store.now(),
        skip_locked = store.either("", "FOR UPDATE SKIP LOCKED"),
        paused = topics_paused(store),
    );
    held(store, &sql, params).await
}

/// Prolongs the leases of `owner`; returns what it still holds.
pub async fn renew(store: &Store, owner: &str, millis: i64) -> Result<Held, DbError> {
    let sql = format!(
        "UPDATE outbox_shards SET expires_at = {expiry} WHERE owner = $1
         RETURNING shard, {LOW_WATER}, {paused}",
        expiry = store.now_plus_millis(millis),
        paused = topics_paused(store),
    );
    held(store, &sql, params![owner]).await
}

/// Gives back what `owner` still holds.
pub async fn release(store: &Store, owner: &str) -> Result<(), DbError> {
    let sql = format!(
        "UPDATE outbox_shards SET owner = '', expires_at = {now} WHERE owner = $1",
        now = store.now(),
    );
    store.run(&sql, params![owner]).await.map(drop)
}

/// A column for each topic: whether it is paused.
fn topics_paused(store: &Store) -> String {
    let columns: Vec<String> = Topic::ALL
        .iter()
        .map(|topic| {
            format!(
                "EXISTS (SELECT 1 FROM leases WHERE name = '{}' AND expires_at > {})",
                pause_of(*topic),
                store.now()
            )
        })
        .collect();
    columns.join(", ")
}

/// Leaves a topic that takes nothing alone for some seconds.
pub async fn pause(store: &Store, topic: Topic, seconds: i64) -> Result<(), DbError> {
    leases::acquire(store, &pause_of(topic), "", seconds)
        .await
        .map(drop)
}

/// A pause is a lease that nobody gives back.
fn pause_of(topic: Topic) -> String {
    format!("pause/{topic}")
}

const LOW_WATER: &str = "(SELECT seq FROM outbox_low_water)";

async fn held(store: &Store, sql: &str, params: Vec<Value>) -> Result<Held, DbError> {
    let mut held = Held::default();
    for row in store.all(sql, params, read).await? {
        held.shards.push(row.0);
        held.low_water = row.1;
        held.paused = row.2;
    }
    Ok(held)
}

fn read(mut row: Row) -> Result<(i64, i64, Vec<Topic>), DbError> {
    let (shard, low_water) = (row.read()?, row.read()?);
    let mut paused = Vec::new();
    for topic in Topic::ALL {
        if row.read()? {
            paused.push(*topic);
        }
    }
    Ok((shard, low_water, paused))
}
