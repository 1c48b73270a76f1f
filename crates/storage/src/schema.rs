//! The SQLite schema, applied when a statement finds no tables. A file that is recorded in `schema_migrations` is not run
//! again.

use crate::params::params;
use platform::{Database, DbError};
use std::time::Duration;

/// Each file with its number.
const SQLITE: [(i64, &str); 5] = [
    (1, include_str!("../../../migrations/sqlite/0001_init.sql")),
    (
        3,
        include_str!("../../../migrations/sqlite/0003_outbox_shards.sql"),
    ),
    (
        4,
        include_str!("../../../migrations/sqlite/0004_reminders.sql"),
    ),
    (
        5,
        include_str!("../../../migrations/sqlite/0005_dead_letters.sql"),
    ),
    (
        7,
        include_str!("../../../migrations/sqlite/0007_redelivery.sql"),
    ),
];

/// Readers and the one writer do not block each other; the setting stays with the file.
const WAL: &str = "PRAGMA journal_mode = WAL";

/// How often and after which pause it is tried again while another request creates the schema.
const ATTEMPTS: u32 = 50;
const PAUSE: Duration = Duration::from_millis(100);

/// Creates the schema. The first requests to a new file may all do this at once, and SQLite reports the lock instead of waiting
/// for it while the journal mode changes; so a locked file is tried again.
pub(crate) async fn migrate_sqlite(database: &Database) -> Result<(), DbError> {
    for _ in 1..ATTEMPTS {
        match apply(database).await {
            Err(DbError::Unavailable(_)) => platform::sleep(PAUSE).await,
            result => return result,
        }
    }
    apply(database).await
}

/// Creates all of it or nothing: a task written after its table exists and before the trigger does would have no event. A
/// transaction is safe here because on SQLite every request has its own connection, which rolls back when it closes.
async fn apply(database: &Database) -> Result<(), DbError> {
    platform::log::info("creating the SQLite schema");
    database.query(WAL, &[]).await?;
    database.query("BEGIN IMMEDIATE", &[]).await?;
    for (version, file) in SQLITE {
        if let Err(error) = apply_once(database, version, file).await {
            // The first error is the one to report.
            let _ = database.query("ROLLBACK", &[]).await;
            return Err(error);
        }
    }
    database.query("COMMIT", &[]).await.map(drop)
}

async fn apply_once(database: &Database, version: i64, file: &str) -> Result<(), DbError> {
    let known = "SELECT 1 FROM schema_migrations WHERE version = $1";
    match database.query(known, &params![version]).await {
        Ok(rows) if !rows.is_empty() => return Ok(()),
        // The first file makes that table.
        Ok(_) | Err(DbError::NoSchema(_)) => {}
        Err(error) => return Err(error),
    }
    for statement in statements(file) {
        database.query(statement, &[]).await?;
    }
    let record = "INSERT INTO schema_migrations (version) VALUES ($1)";
    database.query(record, &params![version]).await.map(drop)
}

/// The statements of a migration file: its paragraphs, except those that are only comments.
fn statements(file: &str) -> impl Iterator<Item = &str> {
    file.split("\n\n").filter(|paragraph| {
        paragraph
            .lines()
            .any(|line| !line.trim().is_empty() && !line.starts_with("--"))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_paragraph_is_a_statement() {
        let file = "-- About.\n\n-- Why.\nCREATE a;\n\nCREATE b\n(c);\n\n";
        let expected = ["-- Why.\nCREATE a;", "CREATE b\n(c);"];
        assert_eq!(statements(file).collect::<Vec<_>>(), expected);
    }
}
