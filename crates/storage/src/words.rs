//! The words in which the SQL of the two databases differs, to be formatted into a statement.

use crate::Store;
use platform::Dialect;

/// How many shards the users are spread over. The migrations make a row for each.
pub(crate) const SHARDS: usize = 16;

/// The due date that a task without one sorts by: after every real one.
pub(crate) const NO_DUE_DATE: &str = "9999-12-31T23:59:59.999999";

/// The due date as the indexes have it. The text must be exactly theirs, or the indexes are not used.
pub(crate) const DUE: &str = "COALESCE(due_date, '9999-12-31T23:59:59.999999')";

impl Store {
    /// The text for the database that is open.
    pub(crate) fn either<'a>(&self, sqlite: &'a str, postgres: &'a str) -> &'a str {
        match self.dialect() {
            Dialect::Sqlite => sqlite,
            Dialect::Postgres => postgres,
        }
    }

    /// The database's own clock: a lease must not depend on how well the clocks of the hosts agree.
    pub(crate) fn now(&self) -> String {
        self.now_plus(0)
    }

    /// The database's own clock, moved by `seconds`.
    pub(crate) fn now_plus(&self, seconds: i64) -> String {
        self.now_plus_millis(seconds.saturating_mul(1000))
    }

    /// The database's own clock, moved by `millis` milliseconds.
    pub(crate) fn now_plus_millis(&self, millis: i64) -> String {
        let (sign, seconds) = (
            if millis < 0 { "-" } else { "" },
            millis.unsigned_abs() / 1000,
        );
        let moved = format!(
            "{sign}{seconds}.{:03} seconds",
            millis.unsigned_abs() % 1000
        );
        match self.dialect() {
            Dialect::Sqlite => {
                format!("(strftime('%Y-%m-%dT%H:%M:%f', 'now', '{moved}') || '000')")
            }
            Dialect::Postgres => {
                format!("((clock_timestamp() AT TIME ZONE 'utc') + interval '{moved}')")
            }
        }
    }

    /// Whether somebody holds the shard of this user and will publish what is being written. Part of the statement that
    /// writes, so that it costs no statement of its own.
    pub(crate) fn is_drained(&self, user_id: &str) -> String {
        match self.dialect() {
            Dialect::Sqlite => format!(
                "COALESCE((SELECT expires_at > {now} FROM outbox_shards WHERE shard = {shard}), FALSE)",
                now = self.now(),
                shard = self.shard_of(user_id),
            ),
            Dialect::Postgres => format!("outbox_is_drained({user_id})"),
        }
    }

    /// The subject of an event, which is its task. On SQLite as the index has it.
    pub(crate) fn subject_of(&self, event: &str) -> String {
        match self.dialect() {
            Dialect::Sqlite => {
                format!(
                    "(CASE WHEN json_valid({event}) THEN json_extract({event}, '$.subject') END)"
                )
            }
            Dialect::Postgres => format!("event_subject({event})"),
        }
    }

    /// The shard of the outbox to which a user belongs, see [`crate::shards`].
    pub(crate) fn shard_of(&self, user_id: &str) -> String {
        match self.dialect() {
            Dialect::Sqlite => {
                format!("((unicode(substr({user_id}, -1)) + length({user_id})) % {SHARDS})")
            }
            Dialect::Postgres => format!("outbox_shard({user_id})"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_due_date_of_the_indexes_is_that_of_the_sort() {
        assert!(DUE.contains(NO_DUE_DATE));
    }
}
