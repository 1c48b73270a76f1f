//! Dead letters: events that could not be handled or published, kept whole until an operator replays them.

use crate::params::params;
use crate::sql::Sql;
use crate::{DbError, Store};
use domain::Time;
use platform::Row;

/// One dead letter.
#[derive(Clone, Debug)]
pub struct DeadLetter {
    /// Its id: the event's own where it has one.
    pub id: String,
    /// The event's id; without one it cannot be replayed.
    pub event_id: Option<String>,
    /// The partition key; empty when unknown.
    pub user_id: String,
    /// The event type; empty when unknown.
    pub event_type: String,
    /// The topic from which it came, or for which it was meant; empty when unknown.
    pub topic: String,
    /// The event as it came. `None` in a list: a page of the largest ones would not fit into memory.
    pub event: Option<String>,
    /// Why it is here.
    pub reason: String,
    /// When it came.
    pub received_at: Time,
    /// When it was replayed.
    pub replayed_at: Option<Time>,
    /// How often it failed again after a replay.
    pub failed_again: i64,
}

/// Which dead letters.
#[derive(Clone, Debug, Default)]
pub struct LetterFilter {
    /// Only replayed ones, or only open ones.
    pub replayed: Option<bool>,
    /// Only of this event type.
    pub event_type: Option<String>,
    /// Only of this user.
    pub user_id: Option<String>,
    /// Received at this time or later.
    pub after: Option<Time>,
    /// Received before this time.
    pub before: Option<Time>,
    /// Only these; not an empty list.
    pub ids: Option<Vec<String>>,
}

/// How many open dead letters a bulk replay is about.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    /// Would be replayed.
    pub replayable: i64,
    /// Failed again too often to be replayed with others.
    pub failed_too_often: i64,
    /// No events with an id of their own.
    pub unpublishable: i64,
}

const HEAD: &str =
    "id, event_id, user_id, type, topic, reason, received_at, replayed_at, failed_again";

/// How much is remembered of the records that failed, in characters: about the last forty.
const MAX_RECORDS: usize = 2000;

/// Keeps a dead letter. One that is open already is kept once; one that was replayed and failed again is open again. `record`
/// names the record that failed, where that is known: the same one again is no failure of the replay, whose record is another.
/// `false` when the dead letter was there already.
pub async fn keep(
    store: &Store,
    letter: &DeadLetter,
    record: Option<&str>,
) -> Result<bool, DbError> {
    let sql = format!(
        "INSERT INTO dead_letters (id, event_id, user_id, type, topic, event, reason, received_at, records, seq)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, COALESCE((SELECT seq FROM outbox WHERE event_id = $2), 0))
         ON CONFLICT (id) DO UPDATE
            SET replayed_at = NULL, reason = excluded.reason, received_at = excluded.received_at, seq = excluded.seq,
                failed_again = dead_letters.failed_again + 1, records = {records}
            WHERE dead_letters.replayed_at IS NOT NULL
              AND (excluded.records = '' OR {find}(dead_letters.records, excluded.records) = 0)
         RETURNING id",
        records = last_records(store, "excluded.records"),
        find = store.either("instr", "strpos"),
    );
    let record = record.map(|record| format!(" {record};"));
    let params = params![
        letter.id.as_str(),
        letter.event_id.as_deref(),
        letter.user_id.as_str(),
        letter.event_type.as_str(),
        letter.topic.as_str(),
        letter.event.as_deref().unwrap_or_default(),
        letter.reason.as_str(),
        letter.received_at,
        record.as_deref().unwrap_or_default(),
    ];
    let kept = store.any(&sql, params).await?;
    if let Some(record) = record.filter(|_| !kept) {
        remember(store, &letter.id, &record).await?;
    }
    Ok(kept)
}

/// Notes another record of a dead letter that is open: coming again after the replay, that one is no new failure either.
async fn remember(store: &Store, id: &str, record: &str) -> Result<(), DbError> {
    let sql = format!(
        "UPDATE dead_letters SET records = {records} WHERE id = $1 AND {find}(records, $2) = 0",
        records = last_records(store, "$2"),
        find = store.either("instr", "strpos"),
    );
    store.run(&sql, params![id, record]).await.map(drop)
}

/// The records of a dead letter with one more. A record whose beginning is cut off is not found any more, because the
/// space before it is missing.
fn last_records(store: &Store, more: &str) -> String {
    let all = format!("dead_letters.records || {more}");
    match store.either("substr", "right") {
        "substr" => format!("substr({all}, -{MAX_RECORDS})"),
        right => format!("{right}({all}, {MAX_RECORDS})"),
    }
}

/// Dead letters without their events, newest first, after the one received at `after.0` with the id `after.1`.
pub async fn list(
    store: &Store,
    filter: &LetterFilter,
    after: Option<(Time, &str)>,
    limit: usize,
) -> Result<Vec<DeadLetter>, DbError> {
    let sql = select(&format!("{HEAD}, CAST(NULL AS TEXT)"), filter);
    let after = after.map(|(time, id)| params![time, id]);
    let (sql, params) = sql.page(&["received_at", "id"], true, after, limit);
    store.all(&sql, params, read).await
}

/// One dead letter with its event.
pub async fn find(store: &Store, id: &str) -> Result<Option<DeadLetter>, DbError> {
    let sql = format!("SELECT {HEAD}, event FROM dead_letters WHERE id = $1");
    store.first(&sql, params![id], read).await
}

/// Puts an open dead letter back into the outbox, once: `false` when it has been replayed or cannot be.
pub async fn replay(store: &Store, id: &str) -> Result<bool, DbError> {
    let sql = format!(
        "UPDATE dead_letters SET replayed_at = {now}
          WHERE id = $1 AND replayed_at IS NULL AND event_id IS NOT NULL
         RETURNING id",
        now = store.now(),
    );
    store.any(&sql, params![id]).await
}

/// How many open ones there are for a bulk replay that leaves out those that failed again `max_failures` times.
pub async fn count_replayable(
    store: &Store,
    filter: &LetterFilter,
    max_failures: i64,
) -> Result<Counts, DbError> {
    let columns = format!(
        "COUNT(*) FILTER (WHERE event_id IS NOT NULL AND failed_again < {max_failures}),
         COUNT(*) FILTER (WHERE event_id IS NOT NULL AND failed_again >= {max_failures}),
         COUNT(*) FILTER (WHERE event_id IS NULL)"
    );
    let (sql, params) = select(&columns, &open(filter)).whole();
    let counts = store.first(&sql, params, |mut row| {
        Ok(Counts {
            replayable: row.read()?,
            failed_too_often: row.read()?,
            unpublishable: row.read()?,
        })
    });
    Ok(counts.await?.unwrap_or_default())
}

/// The ids of the first ones for a bulk replay, in the order in which they were committed; what never was in the outbox
/// comes first, as it was received.
pub async fn replayable(
    store: &Store,
    filter: &LetterFilter,
    max_failures: i64,
    limit: usize,
) -> Result<Vec<String>, DbError> {
    let mut sql = select("id", &open(filter));
    sql.and(
        "event_id IS NOT NULL AND failed_again < $",
        params![max_failures],
    );
    let (sql, params) = sql.page(&["seq", "received_at", "id"], false, None, limit);
    store.all(&sql, params, |mut row| Ok(row.read()?)).await
}

fn open(filter: &LetterFilter) -> LetterFilter {
    LetterFilter {
        replayed: Some(false),
        ..filter.clone()
    }
}

fn select(columns: &str, filter: &LetterFilter) -> Sql {
    let state = match filter.replayed {
        Some(true) => "replayed_at IS NOT NULL",
        Some(false) => "replayed_at IS NULL",
        None => "TRUE",
    };
    let text = format!("SELECT {columns} FROM dead_letters WHERE {state}");
    let mut sql = Sql::new(&text, params![]);
    sql.and_some("type = $", filter.event_type.as_deref());
    sql.and_some("user_id = $", filter.user_id.as_deref());
    sql.and_some("received_at >= $", filter.after);
    sql.and_some("received_at < $", filter.before);
    if let Some(ids) = &filter.ids {
        let marks = vec!["$"; ids.len()].join(", ");
        let ids = ids.iter().map(|id| id.as_str().into());
        sql.and(&format!("id IN ({marks})"), ids.collect());
    }
    sql
}

fn read(mut row: Row) -> Result<DeadLetter, DbError> {
    Ok(DeadLetter {
        id: row.read()?,
        event_id: row.read()?,
        user_id: row.read()?,
        event_type: row.read()?,
        topic: row.read()?,
        reason: row.read()?,
        received_at: row.read()?,
        replayed_at: row.read()?,
        failed_again: row.read()?,
        event: row.read()?,
    })
}
