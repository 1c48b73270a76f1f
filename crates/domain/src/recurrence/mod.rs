//! The dates of a recurring task: which occurrence follows the one at hand, and the next ones ahead.
//!
//! A series keeps its wall-clock time in the task's zone. With an interval it also keeps its original day (January 31 monthly
//! is February 28, then March 31); with a rule of RFC 5545 a month without that day is left out. Whether a next occurrence
//! exists already is storage's to know.

mod rrule;
mod series;

use chrono::NaiveDateTime;
use uuid::Uuid;

use crate::time::{Time, truncate};
use crate::{Task, reminder};
pub(crate) use rrule::misfit;
pub use rrule::{RecurrenceRule, RuleError};
use series::{Position, Series};

/// The occurrence after the one at hand.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Next {
    /// When it is due.
    pub due_date: Time,
    /// Its number in the series.
    pub occurrence: u32,
    /// What the series' dates are counted from, in the task's zone.
    pub anchor: NaiveDateTime,
}

/// The occurrence that follows `task`, completed at `completed_at`. `None`: the task does not recur, the series ends
/// here by its date or count, or the date would lie beyond the year 9999.
///
/// A task without a due date recurs from its completion, whatever its policy.
#[must_use]
pub fn next(task: &Task, completed_at: Time) -> Option<Next> {
    Series::of(task)?.next(&Position::of(task), completed_at)
}

/// The next occurrence as a fresh pending task: same fields, same series, the next number, version 1.
#[must_use]
pub fn next_instance(task: &Task, completed_at: Time, id: Uuid, now: Time) -> Option<Task> {
    let next = next(task, completed_at)?;
    let mut made = Task {
        id,
        due_date: Some(next.due_date),
        completed: false,
        completed_at: None,
        series_id: task.series_id.or(Some(task.id)),
        occurrence: Some(next.occurrence),
        anchor: Some(next.anchor),
        version: 1,
        created_at: truncate(now),
        updated_at: truncate(now),
        deleted_at: None,
        ..task.clone()
    };
    made.remind_at = reminder::asked(&made, now);
    Some(made)
}

/// Up to `limit` due dates after the task's own, see [`ahead`].
#[must_use]
pub fn upcoming(task: &Task, now: Time, limit: usize) -> Vec<Time> {
    ahead(task, now)
        .take(limit)
        .map(|next| next.due_date)
        .collect()
}

/// The occurrences after the task, computed as if each were completed when it is due; the task itself when it was, or else at
/// `now` if that is later or there is no due date.
pub fn ahead(task: &Task, now: Time) -> impl Iterator<Item = Next> + use<> {
    let series = Series::of(task);
    let completed_at = task
        .completed_at
        .unwrap_or_else(|| task.due_date.map_or(now, |due| due.max(now)));
    let first = series
        .as_ref()
        .and_then(|series| series.next(&Position::of(task), completed_at));
    std::iter::successors(first, move |next| {
        series.as_ref()?.next(&Position::from(*next), next.due_date)
    })
}

#[cfg(test)]
mod tests;
