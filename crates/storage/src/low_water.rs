//! The low-water mark of the outbox: no event up to it is pending, so a search for pending events starts there.
//!
//! Without it the search would pass over the index entries of all events that were published since the oldest open
//! snapshot began, a backup for example: PostgreSQL keeps them until then.

use crate::outbox::PENDING;
use crate::params::params;
use crate::{DbError, Store};
use platform::Dialect;

/// The mark as it was read, and how far the sequence had come then.
struct Mark {
    low_water: i64,
    replays: i64,
    last: i64,
}

/// Moves the mark up, if that is safe.
///
/// A sequence number is taken before its row is committed. So the mark moves in two calls: the first notes the newest
/// number and the next transaction id; a later one moves the mark there when all older transactions have ended. A replay
/// in between changes `replays`, and then nothing is written.
pub async fn advance(store: &Store) -> Result<(), DbError> {
    if store.dialect() == Dialect::Sqlite {
        return Ok(());
    }
    // A sequence that nobody has used says 1, the number of the event to come.
    let sql = "SELECT w.seq, w.replays, CASE WHEN s.is_called THEN s.last_value ELSE 0 END
                 FROM outbox_low_water AS w, outbox_seq_seq AS s";
    let mark = store
        .first(sql, params![], |mut row| {
            Ok(Mark {
                low_water: row.read()?,
                replays: row.read()?,
                last: row.read()?,
            })
        })
        .await?;
    let Some(mark) = mark else {
        return Ok(());
    };
    // The newest number was read before this statement's snapshot was taken, so whoever took it has an older transaction.
    let sql = format!(
        "WITH snapshot AS (
             SELECT pg_snapshot_xmin(pg_current_snapshot())::text::bigint AS oldest,
                    pg_snapshot_xmax(pg_current_snapshot())::text::bigint AS next
         ), first AS (
             SELECT MIN(seq) AS pending FROM outbox WHERE {PENDING} AND seq > $1
         )
         UPDATE outbox_low_water AS w
            SET seq = GREATEST(w.seq, LEAST(w.candidate_seq, first.pending - 1)), candidate_seq = $3, candidate_xid = snapshot.next
           FROM snapshot, first
          WHERE w.candidate_xid <= snapshot.oldest AND w.seq = $1 AND w.replays = $2
            AND (w.candidate_seq < $3 OR w.seq < LEAST(w.candidate_seq, first.pending - 1))"
    );
    let params = params![mark.low_water, mark.replays, mark.last];
    store.run(&sql, params).await.map(drop)
}
