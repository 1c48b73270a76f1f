//! The SQLite schema, applied when a statement finds no tables. Every statement of it may run twice.

use platform::{Database, DbError};

const SQLITE: [&str; 1] = [include_str!("../../../migrations/sqlite/0001_init.sql")];

pub(crate) async fn migrate_sqlite(database: &Database) -> Result<(), DbError> {
    platform::log::info("creating the SQLite schema");
    for statement in SQLITE.iter().flat_map(|file| file.split("\n\n")) {
        database.query(statement, &[]).await?;
    }
    Ok(())
}
