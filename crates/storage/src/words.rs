//! The words in which the SQL of the two databases differs, to be formatted into a statement.

use crate::Store;
use platform::Dialect;

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
        match self.dialect() {
            Dialect::Sqlite => {
                format!("(strftime('%Y-%m-%dT%H:%M:%f', 'now', '{seconds} seconds') || '000')")
            }
            Dialect::Postgres => {
                format!("((clock_timestamp() AT TIME ZONE 'utc') + interval '{seconds} seconds')")
            }
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
