//! The order among dead letters: whether later events of a task wait behind its dead one, and which ones wait.

use crate::Store;
use crate::outbox::PENDING;

/// Whether they wait: the variable `dead_letter_order`. Anything but `wait` lets them go on.
#[must_use]
pub fn waits() -> bool {
    platform::variables::get("dead_letter_order") == "wait"
}

/// Leaves out events of the outbox `o` that wait behind a dead letter; nothing when they go on.
///
/// A task that has ever had a dead letter shows its events one at a time: a drain that is far ahead would otherwise find the
/// later ones of those that a replay lets go first.
pub(crate) fn not_behind_a_dead_letter(store: &Store) -> String {
    if !waits() {
        return String::new();
    }
    format!(
        "AND NOT EXISTS (
             SELECT 1 FROM dead_letters AS d
              WHERE o.type LIKE 'task.%' AND d.type LIKE 'task.%' AND d.event_id IS NOT NULL
                AND d.user_id = o.user_id AND {subject_of_letter} = {subject} AND d.seq < o.seq
                AND (d.replayed_at IS NULL OR EXISTS (
                     SELECT 1 FROM outbox AS p
                      WHERE {PENDING} AND p.type LIKE 'task.%' AND p.user_id = o.user_id AND p.seq < o.seq
                        AND {subject_of_earlier} = {subject})))",
        subject_of_letter = store.subject_of("d.event"),
        subject_of_earlier = store.subject_of("p.event"),
        subject = store.subject_of("o.event"),
    )
}
