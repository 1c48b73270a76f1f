//! The outbox: events that are committed and not yet published. Triggers fill it; nothing here inserts.

use crate::order::not_behind_a_dead_letter;
use crate::params::{int, params, placeholders};
use crate::{DbError, Store};
use domain::event::{EventType, Topic};
use platform::{Row, Value};

/// After this many rejections an event is a dead letter: it no longer holds up the later events of its user.
pub const MAX_ATTEMPTS: i64 = 10;

/// How much of a reason is kept, in characters.
const MAX_REASON: usize = 500;

/// An event that waits to be published.
#[derive(Clone, Debug)]
pub struct Pending {
    /// Its place in the order of publishing.
    pub seq: i64,
    /// The partition key.
    pub user_id: String,
    /// The event type, for example `task.created`.
    pub event_type: String,
    /// The CloudEvent as JSON text, as it was committed.
    pub event: String,
    /// How often the bus has rejected it.
    pub attempts: i64,
    /// How often it has been replayed.
    pub replays: i64,
    /// How many waits of users had ended when it was read: see [`crate::waiting`].
    pub waits_ended: i64,
}

const COLUMNS: &str =
    "seq, user_id, type, event, attempts, replays, (SELECT waits_ended FROM outbox_low_water)";

/// The condition of an index, to the letter: with other words the index would not be used.
pub(crate) const PENDING: &str = "published_at IS NULL AND dead_at IS NULL";

/// The pending events of the users of some shards, in order, from behind the sequence number `after`. Users that wait are
/// left out, and so are the topics of `without` and the users of `except`. As in every search here, so is what waits behind a
/// dead letter.
pub async fn pending(
    store: &Store,
    shards: &[i64],
    after: i64,
    without: &[Topic],
    except: &[String],
    limit: usize,
) -> Result<Vec<Pending>, DbError> {
    let numbers: Vec<String> = shards.iter().map(ToString::to_string).collect();
    let sql = format!(
        "SELECT {COLUMNS}
           FROM outbox AS o WHERE {PENDING} AND seq > $1 AND {shard} IN ({shards})
            AND user_id NOT IN (SELECT user_id FROM waiting_users)
            {topics} {users} {order}
          ORDER BY seq LIMIT $2",
        order = not_behind_a_dead_letter(store),
        shard = store.shard_of("user_id"),
        shards = numbers.join(", "),
        topics = not_of(without),
        users = if except.is_empty() {
            String::new()
        } else {
            format!("AND user_id NOT IN ({})", placeholders(3, except.len()))
        },
    );
    let users = except.iter().map(|user| user.as_str().into());
    let params: Vec<Value> = [after.into(), int(limit)]
        .into_iter()
        .chain(users)
        .collect();
    store.all(&sql, params, read).await
}

/// The pending events of one user, in order, from behind the sequence number `after`.
pub async fn pending_of(
    store: &Store,
    user: &str,
    after: i64,
    without: &[Topic],
    limit: usize,
) -> Result<Vec<Pending>, DbError> {
    let sql = format!(
        "SELECT {COLUMNS}
           FROM outbox o WHERE {PENDING} AND user_id = $1 AND seq > $2 {topics} {order}
          ORDER BY seq LIMIT $3",
        order = not_behind_a_dead_letter(store),
        topics = not_of(without),
    );
    store
        .all(&sql, params![user, after, int(limit)], read)
        .await
}

/// The first pending event of each of these users, if it has one.
pub async fn first_of(store: &Store, users: &[String]) -> Result<Vec<Pending>, DbError> {
    let sql = format!(
        "SELECT {COLUMNS}
           FROM outbox WHERE seq IN (SELECT MIN(seq) FROM outbox o
                                      WHERE {PENDING} AND seq > (SELECT seq FROM outbox_low_water)
                                        AND user_id IN ({users}) {order}
                                      GROUP BY user_id)
          ORDER BY seq",
        order = not_behind_a_dead_letter(store),
        users = placeholders(1, users.len()),
    );
    let params = users.iter().map(|user| user.as_str().into()).collect();
    store.all(&sql, params, read).await
}

/// Leaves out the types of some topics, by name.
fn not_of(topics: &[Topic]) -> String {
    let types: Vec<String> = EventType::ALL
        .iter()
        .filter(|kind| topics.contains(&kind.topic()))
        .map(|kind| format!("'{kind}'"))
        .collect();
    if types.is_empty() {
        return String::new();
    }
    format!("AND type NOT IN ({})", types.join(", "))
}

/// Marks events as published. Each must still be pending and must not have been replayed since it was read: a drain may
/// be slow, or have lost its lease.
pub async fn mark_published(store: &Store, events: &[&Pending]) -> Result<(), DbError> {
    let mut rest = events.to_vec();
    // One statement, unless some have been replayed.
    while let Some(replays) = rest.first().map(|pending| pending.replays) {
        let (now, later): (Vec<_>, Vec<_>) = rest
            .into_iter()
            .partition(|pending| pending.replays == replays);
        rest = later;
        let sql = format!(
            "UPDATE outbox SET published_at = {now}
              WHERE {PENDING} AND replays = $1 AND seq IN ({seqs})",
            seqs = placeholders(2, now.len()),
            now = store.now(),
        );
        let seqs = now.iter().map(|pending| pending.seq.into());
        let params: Vec<Value> = std::iter::once(replays.into()).chain(seqs).collect();
        store.run(&sql, params).await?;
    }
    Ok(())
}

/// Counts a rejection of an event by the bus. Returns how many it has now; `None` when somebody else has recorded an
/// outcome since it was read.
pub async fn mark_rejected(
    store: &Store,
    pending: &Pending,
    reason: &str,
) -> Result<Option<i64>, DbError> {
    let sql = format!(
        "UPDATE outbox SET attempts = attempts + 1, last_error = $4
          WHERE {PENDING} AND seq = $1 AND replays = $2 AND attempts = $3
         RETURNING attempts"
    );
    let params = params![
        pending.seq,
        pending.replays,
        pending.attempts,
        storable(reason)
    ];
    store.first(&sql, params, |mut row| Ok(row.read()?)).await
}

/// The part of a text from elsewhere that is kept: not too long, and without NUL, which PostgreSQL does not store.
pub(crate) fn storable(reason: &str) -> String {
    reason
        .chars()
        .filter(|character| *character != '\0')
        .take(MAX_REASON)
        .collect()
}

/// Gives an event up: it is a dead letter now, and the later ones of its user go on, unless
/// they are to wait, see [`crate::order`].
pub async fn mark_dead(store: &Store, pending: &Pending) -> Result<(), DbError> {
    let sql = format!(
        "UPDATE outbox SET dead_at = {}
          WHERE {PENDING} AND seq = $1 AND replays = $2",
        store.now(),
    );
    let params = params![pending.seq, pending.replays];
    store.run(&sql, params).await.map(drop)
}

/// Why the bus rejected an event for good; `None` when it did not.
pub async fn refusal(store: &Store, event_id: &str) -> Result<Option<String>, DbError> {
    let sql = format!(
        "SELECT last_error FROM outbox
          WHERE published_at IS NULL AND event_id = $1 AND attempts >= {MAX_ATTEMPTS}"
    );
    store
        .first(&sql, params![event_id], |mut row| Ok(row.read()?))
        .await
}

/// Whether anything is pending that no user waits for.
pub async fn any_pending(store: &Store) -> Result<bool, DbError> {
    let sql = format!(
        "SELECT 1 FROM outbox AS o WHERE {PENDING} AND seq > (SELECT seq FROM outbox_low_water)
            AND user_id NOT IN (SELECT user_id FROM waiting_users) {order}
          ORDER BY seq LIMIT 1",
        order = not_behind_a_dead_letter(store),
    );
    store.any(&sql, params![]).await
}

fn read(mut row: Row) -> Result<Pending, DbError> {
    Ok(Pending {
        seq: row.read()?,
        user_id: row.read()?,
        event_type: row.read()?,
        event: row.read()?,
        attempts: row.read()?,
        replays: row.read()?,
        waits_ended: row.read()?,
    })
}
