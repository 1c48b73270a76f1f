//! The erasure of a user: every row of every table that has a user, in steps.

use crate::params::params;
use crate::purge::STEP;
use crate::{DbError, Store};
use domain::UserId;

/// The tables with a `user_id` and what identifies their rows. The counts are last, because the events that go before them
/// are counted.
const TABLES: [(&str, &str); 10] = [
    ("tasks", "id"),
    ("reminders", "task_id"),
    ("notifications", "id"),
    ("dead_letters", "id"),
    ("outbox", "seq"),
    ("event_counts", "user_id, day, type"),
    ("waiting_users", "user_id"),
    ("redeliveries", "event_id"),
    ("idempotency_keys", "user_id, key"),
    ("calendars", "user_id"),
];

/// Removes up to a few hundred rows of each table, also events that are not published yet. Returns how many; none when the
/// user has nothing left.
pub async fn step(store: &Store, user: &UserId) -> Result<usize, DbError> {
    // Whoever counts events at this moment writes counts of the user, which this step is then to find.
    let counted = store.either("SELECT 1", "SELECT 1 FROM counted FOR SHARE");
    store.run(counted, params![]).await?;
    let mut erased = 0;
    for (table, key) in TABLES {
        let sql = format!(
            "DELETE FROM {table}
              WHERE ({key}) IN (SELECT {key} FROM {table} WHERE user_id = $1 LIMIT {STEP})
             RETURNING user_id"
        );
        erased += store.run(&sql, params![user.as_str()]).await?.len();
    }
    Ok(erased)
}

#[cfg(test)]
mod tests {
    use super::TABLES;
    use crate::schema::SQLITE;

    /// A table that a later migration makes must not be forgotten.
    #[test]
    fn every_table_with_a_user_is_erased() {
        for (_, file) in SQLITE {
            for table in file.split("CREATE TABLE IF NOT EXISTS ").skip(1) {
                let name = table.split_whitespace().next().unwrap();
                let columns = table.split("\n)").next().unwrap();
                let has_user = columns.contains("\n    user_id ");
                let erased = TABLES.iter().any(|(table, _)| *table == name);
                assert_eq!(has_user, erased, "{name}");
            }
        }
    }
}
