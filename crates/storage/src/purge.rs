//! What is kept for some days only: one kind at a time, a few hundred rows a step, one statement a table.
//!
//! A step looks at the oldest rows of its kind by an index, so it costs next to nothing when nothing is due. On PostgreSQL,
//! where every replica calls, it does nothing while another one is at it.

use crate::params::params;
use crate::{DbError, Store, tombstones};
use domain::RESTORE_DAYS;

/// How many rows a step looks at: what it locks at once.
pub(crate) const STEP: usize = 500;

/// PostgreSQL: whether this transaction got the advisory lock of the purge. Two steps at once would choose the same rows, and
/// could block each other while they count.
const ALONE: &str = "(SELECT pg_try_advisory_xact_lock(1953457264))";

/// More days than anybody wants; a longer time would leave the range of the database's clock.
const MOST_DAYS: i64 = 36_500;

/// What is kept for some days.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// Published events, from when they were. They stay counted.
    Events,
    /// Deleted tasks, from when they were, with their reminders.
    DeletedTasks,
    /// Notifications, from when they were read.
    Notifications,
    /// Notifications that nobody has read, from when they were made.
    UnreadNotifications,
    /// Dead letters, from when they were replayed. Open ones wait for an operator.
    DeadLetters,
    /// The counts of removed events, by their day.
    Counts,
}

impl Kind {
    /// Every kind.
    pub const ALL: [Self; 6] = [
        Self::Events,
        Self::DeletedTasks,
        Self::Notifications,
        Self::UnreadNotifications,
        Self::DeadLetters,
        Self::Counts,
    ];

    /// The variable with the number of days.
    #[must_use]
    pub fn variable(self) -> &'static str {
        match self {
            Self::Events => "event_retention_days",
            Self::DeletedTasks => "deleted_task_retention_days",
            Self::Notifications => "notification_retention_days",
            Self::UnreadNotifications => "unread_notification_retention_days",
            Self::DeadLetters => "dead_letter_retention_days",
            Self::Counts => "stats_retention_days",
        }
    }

    /// What is removed, for the log.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Events => "events",
            Self::DeletedTasks => "deleted tasks",
            Self::Notifications => "read notifications",
            Self::UnreadNotifications => "unread notifications",
            Self::DeadLetters => "replayed dead letters",
            Self::Counts => "days of counts",
        }
    }

    /// How many days without a valid setting.
    #[must_use]
    pub fn default_days(self) -> i64 {
        match self {
            Self::DeletedTasks => RESTORE_DAYS,
            Self::Events | Self::DeadLetters => 30,
            Self::Notifications => 90,
            Self::UnreadNotifications => 365,
            Self::Counts => 730,
        }
    }

    /// The fewest days that can be set. A deleted task can be restored until
    /// [`RESTORE_DAYS`] have passed. A notification and a replayed letter are how a
    /// second delivery is recognized, and Kafka keeps an event for 7 days.
    #[must_use]
    pub fn least_days(self) -> i64 {
        match self {
            Self::Events | Self::Counts => 1,
            Self::DeletedTasks => RESTORE_DAYS,
            Self::Notifications | Self::UnreadNotifications | Self::DeadLetters => 8,
        }
    }

    /// The number of days that a setting says; `None` when it is not valid.
    #[must_use]
    pub fn days(self, setting: &str) -> Option<i64> {
        let days = setting.trim().parse().ok();
        days.filter(|days| (self.least_days()..=MOST_DAYS).contains(days))
    }
}

/// Removes the oldest that are kept for longer than `days`, a few hundred at most. Returns how many: none when there are no
/// more, or when another host is at it.
pub async fn step(store: &Store, kind: Kind, days: i64) -> Result<usize, DbError> {
    let limit = seconds_ago(store, 86_400 * days);
    match kind {
        Kind::Events => events(store, &limit).await,
        Kind::DeletedTasks => {
            // The hosts' clocks say until when a task may be restored, and the database's may be ahead of them.
            let limit = seconds_ago(store, 86_400 * days + 3600);
            tombstones::step(store, &limit).await
        }
        Kind::Notifications => oldest(store, "notifications", "read_at", &limit).await,
        Kind::UnreadNotifications => unread(store, &limit).await,
        Kind::DeadLetters => oldest(store, "dead_letters", "replayed_at", &limit).await,
        Kind::Counts => counts(store, days).await,
    }
}

/// Whether this statement may purge, as a condition.
pub(crate) fn alone(store: &Store) -> &'static str {
    match store.dialect() {
        platform::Dialect::Sqlite => "TRUE",
        platform::Dialect::Postgres => ALONE,
    }
}

/// Whether `key` is among the few that `rows` selects, so that each is looked up: PostgreSQL would rather read a whole table
/// once than look up 500 rows of it, step after step.
pub(crate) fn among(store: &Store, key: &str, rows: &str) -> String {
    match store.dialect() {
        platform::Dialect::Sqlite => format!("{key} IN ({rows})"),
        platform::Dialect::Postgres => format!("{key} = ANY(ARRAY({rows}))"),
    }
}

/// The time so long ago. As a subquery it is worked out once, so that an index can be searched for it.
fn seconds_ago(store: &Store, seconds: i64) -> String {
    format!("(SELECT {})", store.now_plus(-seconds))
}

/// Events that were never published and those that are open dead letters stay, because they may still be replayed.
async fn events(store: &Store, limit: &str) -> Result<usize, DbError> {
    let rows = format!(
        "SELECT seq
           FROM (SELECT seq, published_at
                   FROM outbox AS o
                  WHERE published_at IS NOT NULL
                    AND NOT EXISTS (SELECT 1 FROM dead_letters AS d
                                     WHERE d.event_id = o.event_id AND d.replayed_at IS NULL)
                  ORDER BY seq LIMIT {STEP}) AS oldest
          WHERE published_at < {limit}"
    );
    remove(store, "outbox", "seq", "published_at IS NOT NULL", &rows).await
}

/// By an index on `time`, which is NULL for what is not to go.
async fn oldest(store: &Store, table: &str, time: &str, limit: &str) -> Result<usize, DbError> {
    let rows =
        format!("SELECT id FROM {table} WHERE {time} < {limit} ORDER BY {time} LIMIT {STEP}");
    remove(store, table, "id", &format!("{time} IS NOT NULL"), &rows).await
}

/// Among the oldest of all, by their ids: UUID v7 begins with the time. An index on the unread ones by time would tempt the
/// planner to read a user's list from it.
async fn unread(store: &Store, limit: &str) -> Result<usize, DbError> {
    let rows = format!(
        "SELECT id FROM (SELECT id, created_at FROM notifications ORDER BY id LIMIT {STEP}) AS oldest
          WHERE created_at < {limit}"
    );
    remove(store, "notifications", "id", "read_at IS NULL", &rows).await
}

/// The condition is looked at once more when the statement had to wait for a row: somebody may have replayed it.
async fn remove(
    store: &Store,
    table: &str,
    key: &str,
    condition: &str,
    rows: &str,
) -> Result<usize, DbError> {
    let sql = format!(
        "DELETE FROM {table} WHERE {alone} AND {condition} AND {among} RETURNING {key}",
        alone = alone(store),
        among = among(store, key, rows),
    );
    Ok(store.run(&sql, params![]).await?.len())
}

async fn counts(store: &Store, days: i64) -> Result<usize, DbError> {
    let time = store.now_plus(-86_400 * days);
    let day = store
        .either(
            &format!("(SELECT substr({time}, 1, 10))"),
            &format!("(SELECT to_char({time}, 'YYYY-MM-DD'))"),
        )
        .to_owned();
    let sql = format!(
        "DELETE FROM event_counts
          WHERE {alone} AND day < {day} AND (user_id, day, type) IN (
                SELECT user_id, day, type FROM event_counts WHERE day < {day} ORDER BY day LIMIT {STEP})
         RETURNING day",
        alone = alone(store),
    );
    Ok(store.run(&sql, params![]).await?.len())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_number_of_days_that_makes_sense_is_a_setting() {
        let tasks = Kind::DeletedTasks;
        assert_eq!(tasks.days("31"), Some(31));
        assert_eq!(tasks.days(" 30 "), Some(30));
        for invalid in [
            "",
            "0",
            "-1",
            "29",
            "ten",
            "30.5",
            "1e3",
            "36501",
            "99999999999999999999",
        ] {
            assert_eq!(tasks.days(invalid), None, "{invalid}");
        }
        assert_eq!(Kind::Events.days("1"), Some(1));
    }

    #[test]
    fn every_default_is_a_valid_setting() {
        for kind in Kind::ALL {
            let default = kind.default_days();
            assert_eq!(kind.days(&default.to_string()), Some(default), "{kind:?}");
        }
    }
}
