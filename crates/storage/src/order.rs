//! The order among dead letters: whether later events of a task wait behind its dead one, and which ones wait.

use crate::Store;
use crate::outbox::PENDING;

/// Whether they wait: the variable `dead_letter_order`. Anything but `wait` lets them go on.
#[must_use]
pub fn waits() -> bool {
    platform::variables::get("dead_letter_order") == "wait"
}

/// Leaves out events of the outbox `o` that wait behind a dead letter, or behind one whose replay has not left yet; nothing when
/// they go on.
///
/// A subquery with a value: PostgreSQL would make a join of a NOT EXISTS, and read all that is pending for each search.
pub(crate) fn not_behind_a_dead_letter(store: &Store) -> String {
    if !waits() {
        return String::new();
    }
    format!(
        "AND (o.type NOT LIKE 'task.%' OR COALESCE((
             SELECT FALSE FROM dead_letters AS d
              WHERE d.event_id IS NOT NULL AND d.type LIKE 'task.%' AND d.user_id = o.user_id
                AND {of_letter} = {of_event} AND d.seq < o.seq
                AND (d.replayed_at IS NULL
                     OR EXISTS (SELECT 1 FROM outbox AS p WHERE p.event_id = d.event_id AND {PENDING}))
              LIMIT 1), TRUE))",
        of_letter = store.subject_of("d.event"),
        of_event = store.subject_of("o.event"),
    )
}
