//! Deleted tasks that nobody can restore any more: removed, or erased and kept as tombstones.
//!
//! `(series_id, occurrence)` of a deleted task is what keeps a late event of the occurrence before it from making the same
//! occurrence again. So while that predecessor is there, the row stays without its texts: a tombstone, which recurs no more
//! itself. It goes when its predecessor does.

use crate::params::params;
use crate::purge::{STEP, alone, among};
use crate::{DbError, Store};

/// What distinguishes a tombstone: the title of a task is never empty. A withdrawn occurrence need not become one.
/// To the letter the condition of an index.
const HAS_TEXT: &str = "(withdrawn OR title <> '')";

/// Removes or erases the tasks that were deleted before `limit`, a few hundred at most, with their reminders; returns how
/// many. One after the other, the statements may end anywhere: the next step goes on.
pub(crate) async fn step(store: &Store, limit: &str) -> Result<usize, DbError> {
    let due = due(limit);
    store.run(&reminders(store, &due), params![]).await?;
    let removed = store.run(&removal(store, limit, &due), params![]).await?;
    let erased = store.run(&erasure(store, limit, &due), params![]).await?;
    Ok(removed.len() + erased.len())
}

/// The tasks of a step.
fn due(limit: &str) -> String {
    format!(
        "(SELECT id, series_id, occurrence, withdrawn FROM tasks
           WHERE deleted_at < {limit} AND {HAS_TEXT} ORDER BY deleted_at LIMIT {STEP})"
    )
}

/// Whether the task before `t` in its series can still come back, or be the reason for an event. A withdrawn occurrence keeps
/// nothing off, so it has no such predecessor.
fn has_predecessor(limit: &str) -> String {
    format!(
        "(NOT t.withdrawn AND EXISTS (
            SELECT 1 FROM tasks AS p
             WHERE p.series_id = t.series_id AND p.occurrence = t.occurrence - 1 AND NOT p.withdrawn
               AND (p.deleted_at IS NULL OR p.deleted_at >= {limit})))"
    )
}

/// The tombstones behind the tasks of a step. They were kept because of these.
fn behind(due: &str) -> String {
    format!(
        "SELECT s.id FROM {due} AS t JOIN tasks AS s ON s.series_id = t.series_id AND s.occurrence = t.occurrence + 1
          WHERE NOT t.withdrawn AND NOT s.withdrawn AND s.title = ''"
    )
}

fn reminders(store: &Store, due: &str) -> String {
    let rows = format!("SELECT t.id FROM {due} AS t UNION ALL {}", behind(due));
    format!(
        "DELETE FROM reminders WHERE {alone} AND {among}",
        alone = alone(store),
        among = among(store, "task_id", &rows),
    )
}

fn removal(store: &Store, limit: &str, due: &str) -> String {
    let rows = format!(
        "SELECT t.id FROM {due} AS t WHERE NOT {has_predecessor} UNION ALL {behind}",
        has_predecessor = has_predecessor(limit),
        behind = behind(due),
    );
    // The first condition once more: a task of the list may be restored while the statement waits for it.
    format!(
        "DELETE FROM tasks WHERE {alone} AND deleted_at < {limit} AND {among} RETURNING id",
        alone = alone(store),
        among = among(store, "id", &rows),
    )
}

fn erasure(store: &Store, limit: &str, due: &str) -> String {
    let rows = format!(
        "SELECT t.id FROM {due} AS t WHERE {has_predecessor}",
        has_predecessor = has_predecessor(limit),
    );
    format!(
        "UPDATE tasks
            SET title = '', title_key = '', search = '', description = NULL, tags = '[]', event = NULL,
                is_recurring = FALSE, recurring_interval = NULL
          WHERE {alone} AND deleted_at < {limit} AND {HAS_TEXT} AND {among}
         RETURNING id",
        alone = alone(store),
        among = among(store, "id", &rows),
    )
}
