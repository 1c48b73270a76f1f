//! The SQLite schema, applied when a statement finds no tables.

use platform::{Database, DbError, Value};
use std::time::Duration;

/// The files by their numbers. Every statement of the first may run twice.
const SQLITE: [(i64, &str); 2] = [
    (1, include_str!("../../../migrations/sqlite/0001_init.sql")),
    (
        4,
        include_str!("../../../migrations/sqlite/0004_reminders.sql"),
    ),
];

/// Notes a file as applied; returns nothing when it was before.
const NOTE: &str =
    "INSERT INTO schema_migrations (version) VALUES ($1) ON CONFLICT DO NOTHING RETURNING version";

/// Readers and the one writer do not block each other; the setting stays with the file.
const WAL: &str = "PRAGMA journal_mode = WAL";

/// How often, and after which pause, the schema is tried again when another request is at it.
const ATTEMPTS: u32 = 50;
const PAUSE: Duration = Duration::from_millis(100);

/// Creates the schema. The first requests to a new file may all come here at once, and SQLite does not wait for its lock
/// when the journal mode changes: so whoever finds the file locked comes again.
pub(crate) async fn migrate_sqlite(database: &Database) -> Result<(), DbError> {
    for _ in 1..ATTEMPTS {
        match apply(database).await {
            Err(DbError::Unavailable(_)) => platform::sleep(PAUSE).await,
            result => return result,
        }
    }
    apply(database).await
}

/// All or nothing: a task written between its table and the trigger on it would be a change without an event. SQLite gives
/// every request a connection of its own, which rolls back when it closes, so a transaction is safe here and only here.
async fn apply(database: &Database) -> Result<(), DbError> {
    platform::log::info("creating the SQLite schema");
    database.query(WAL, &[]).await?;
    database.query("BEGIN IMMEDIATE", &[]).await?;
    if let Err(error) = apply_files(database).await {
        // The first error is the one to report.
        let _ = database.query("ROLLBACK", &[]).await;
        return Err(error);
    }
    database.query("COMMIT", &[]).await.map(drop)
}

/// Another request may have applied them just before.
async fn apply_files(database: &Database) -> Result<(), DbError> {
    for (version, file) in SQLITE {
        let first = version == 1;
        if first || is_new(database, version).await? {
            for statement in statements(file) {
                database.query(statement, &[]).await?;
            }
        }
        if first {
            is_new(database, version).await?;
        }
    }
    Ok(())
}

async fn is_new(database: &Database, version: i64) -> Result<bool, DbError> {
    let rows = database.query(NOTE, &[Value::Int(version)]).await?;
    Ok(!rows.is_empty())
}

/// The statements of a migration file: its paragraphs, but for those that only say something.
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
