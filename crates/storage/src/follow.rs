//! Following the events of a user as they are committed: none is missed, and none comes twice.
//!
//! A sequence number is taken before its row is committed. So of two events the later number may be seen first, and a reader that
//! goes on behind it would never see the other. Events are given out once every transaction has ended that was under way when
//! they were first seen: by then all with smaller numbers are there.

use crate::params::{int, params};
use crate::{DbError, Store};
use domain::UserId;
use platform::Dialect;

/// The most events that are read at once.
const BATCH: usize = 100;

/// What was seen of a user's events at one time.
struct Seen {
    /// Each with its sequence number, in order.
    events: Vec<(i64, String)>,
    /// The first transaction that had not ended, and the first that had not begun.
    oldest: i64,
    next: i64,
}

/// A reader's place in the events of a user.
#[derive(Clone, Copy, Debug)]
pub struct Place {
    /// All up to this sequence number have been given out.
    seq: i64,
    /// Those up to the first number may be given out when all transactions before the second have ended.
    settling: Option<(i64, i64)>,
    /// The last look had as many events as it can have.
    full: bool,
}

impl Place {
    /// Behind the event with this sequence number.
    #[must_use]
    pub fn behind(seq: i64) -> Self {
        Self {
            seq,
            settling: None,
            full: false,
        }
    }

    /// The sequence number behind which it is.
    #[must_use]
    pub fn seq(&self) -> i64 {
        self.seq
    }

    /// Whether events have been seen that may not be given out yet: then it is worth while to look again soon.
    #[must_use]
    pub fn is_settling(&self) -> bool {
        self.settling.is_some()
    }

    /// Whether it is known that there are events behind it.
    #[must_use]
    pub fn has_more(&self) -> bool {
        self.full || self.is_settling()
    }

    /// Gives out what can be given out by now, and goes on behind it. One statement.
    pub async fn advance(
        &mut self,
        store: &Store,
        user: &UserId,
    ) -> Result<Vec<(i64, String)>, DbError> {
        let seen = read(store, user, self.seq).await?;
        self.full = seen.events.len() >= BATCH;
        let Some((last, _)) = seen.events.last() else {
            self.settling = None;
            return Ok(Vec::new());
        };
        let (upto, before) = self.settling.unwrap_or((*last, seen.next));
        if seen.oldest < before {
            self.settling = Some((upto, before));
            return Ok(Vec::new());
        }
        // A batch that is full may end before what has settled.
        let cut = if self.full { upto.min(*last) } else { upto };
        self.settling = if cut < upto {
            Some((upto, before))
        } else {
            // What came after it was first seen in this statement.
            (*last > upto).then_some((*last, seen.next))
        };
        self.seq = cut;
        let mut events = seen.events;
        events.retain(|(seq, _)| *seq <= cut);
        Ok(events)
    }
}

/// The end of a user's events: what is committed after this call began is behind it. `None` while a transaction that
/// might have a smaller number has not ended.
pub async fn end(store: &Store, user: &UserId) -> Result<Option<Place>, DbError> {
    let sql = format!(
        "SELECT COALESCE((SELECT MAX(seq) FROM outbox WHERE user_id = $1), 0), oldest, next FROM ({}) AS snapshot",
        snapshot(store)
    );
    let read = store.first(&sql, params![user.as_str()], |mut row| {
        Ok((row.read::<i64>()?, row.read::<i64>()?, row.read::<i64>()?))
    });
    let (seq, oldest, next) = read.await?.unwrap_or_default();
    Ok((oldest >= next).then(|| Place::behind(seq)))
}

async fn read(store: &Store, user: &UserId, after: i64) -> Result<Seen, DbError> {
    let sql = format!(
        "SELECT snapshot.oldest, snapshot.next, o.seq, o.event
           FROM ({}) AS snapshot
           LEFT JOIN (SELECT seq, event FROM outbox WHERE user_id = $1 AND seq > $2 ORDER BY seq LIMIT $3) AS o ON TRUE
          ORDER BY o.seq",
        snapshot(store)
    );
    let rows = store.all(
        &sql,
        params![user.as_str(), after, int(BATCH)],
        |mut row| {
            Ok((
                row.read::<i64>()?,
                row.read::<i64>()?,
                row.read::<Option<i64>>()?,
                row.read::<Option<String>>()?,
            ))
        },
    );
    let rows = rows.await?;
    let (oldest, next) = rows.first().map_or((0, 0), |row| (row.0, row.1));
    let events = rows
        .into_iter()
        .filter_map(|(_, _, seq, event)| seq.zip(event))
        .collect();
    Ok(Seen {
        events,
        oldest,
        next,
    })
}

/// SQLite writes one after the other, so nothing is under way.
fn snapshot(store: &Store) -> &'static str {
    match store.dialect() {
        Dialect::Sqlite => "SELECT 0 AS oldest, 0 AS next",
        Dialect::Postgres => {
            "SELECT pg_snapshot_xmin(pg_current_snapshot())::text::bigint AS oldest,
                    pg_snapshot_xmax(pg_current_snapshot())::text::bigint AS next"
        }
    }
}
