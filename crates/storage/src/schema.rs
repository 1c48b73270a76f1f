//! The version of the schema, and how a SQLite file comes to it: by the migrations that it lacks, when it is opened.

use crate::params::params;
use platform::{Database, DbError};
use std::time::Duration;

/// The migrations of SQLite under their numbers, in order. A number is one step of both databases; it may have a file for one
/// of them only.
pub(crate) const SQLITE: &[(i64, &str)] = &[
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
        6,
        include_str!("../../../migrations/sqlite/0006_retention.sql"),
    ),
    (
        7,
        include_str!("../../../migrations/sqlite/0007_redelivery.sql"),
    ),
    (
        8,
        include_str!("../../../migrations/sqlite/0008_letters_by_task.sql"),
    ),
    (9, include_str!("../../../migrations/sqlite/0009_jwks.sql")),
    (
        11,
        include_str!("../../../migrations/sqlite/0011_idempotency.sql"),
    ),
    (
        12,
        include_str!("../../../migrations/sqlite/0012_completed.sql"),
    ),
    (
        13,
        include_str!("../../../migrations/sqlite/0013_recurrence_rule.sql"),
    ),
    (
        14,
        include_str!("../../../migrations/sqlite/0014_calendars.sql"),
    ),
    (
        16,
        include_str!("../../../migrations/sqlite/0016_waits_ended.sql"),
    ),
];

/// The schema that this code needs, on either database: the number of the newest migration.
pub(crate) const VERSION: i64 = 16;

/// Readers and the one writer do not block each other; the setting stays with the file.
const WAL: &str = "PRAGMA journal_mode = WAL";

/// How often and after which pause it is tried again while another request creates the schema.
const ATTEMPTS: u32 = 50;
const PAUSE: Duration = Duration::from_millis(100);

/// The version of a SQLite file. It stands in the file's header: asking for it costs less than any statement on a table.
pub(crate) async fn version(database: &Database) -> Result<i64, DbError> {
    let rows = database.query("PRAGMA user_version", &params![]).await?;
    let version = rows.into_iter().next().map(|mut row| row.read());
    Ok(version.transpose()?.unwrap_or(0))
}

/// Brings a SQLite file to [`VERSION`], unless it is there, or beyond. The first requests to a new file may all come here at
/// once, and SQLite does not wait for its lock when the journal mode changes: so whoever finds the file locked comes again.
pub(crate) async fn bring_up_to_date(database: &Database) -> Result<(), DbError> {
    for _ in 1..ATTEMPTS {
        match check(database).await {
            Err(DbError::Unavailable(_)) => platform::sleep(PAUSE).await,
            result => return result,
        }
    }
    check(database).await
}

async fn check(database: &Database) -> Result<(), DbError> {
    if version(database).await? >= VERSION {
        return Ok(());
    }
    database.query(WAL, &[]).await?;
    database.query("BEGIN IMMEDIATE", &[]).await?;
    let result = apply(database).await;
    let end = if result.is_ok() { "COMMIT" } else { "ROLLBACK" };
    let ended = database.query(end, &[]).await.map(drop);
    // The first error is the one to report.
    result.and(ended)
}

/// Creates all of it or nothing: a task written after its table exists and before the trigger does would have no event. A
/// transaction is safe here because on SQLite every request has its own connection, which rolls back when it closes.
async fn apply(database: &Database) -> Result<(), DbError> {
    // Another request may have been faster. The first builds left no version in the file: their tables are those of the first
    // migration, which may run twice.
    let from = version(database).await?;
    for (number, file) in SQLITE.iter().filter(|(number, _)| *number > from) {
        platform::log::info(format!("SQLite schema: version {number}"));
        for statement in statements(file) {
            database.query(statement, &[]).await?;
        }
        let record = format!(
            "INSERT INTO schema_migrations (version) VALUES ({number}) ON CONFLICT DO NOTHING"
        );
        database.query(&record, &[]).await?;
    }
    if from < VERSION {
        let version = format!("PRAGMA user_version = {VERSION}");
        database.query(&version, &[]).await?;
    }
    Ok(())
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
    use std::collections::BTreeMap;
    use std::path::Path;

    /// The migrations of one database by number.
    fn files(database: &str) -> BTreeMap<i64, String> {
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../migrations");
        let entries = std::fs::read_dir(root.join(database)).unwrap();
        let paths = entries.map(|entry| entry.unwrap().path());
        let numbered = paths.filter_map(|path| {
            let number = path
                .file_name()?
                .to_str()?
                .split('_')
                .next()?
                .parse()
                .ok()?;
            Some((number, std::fs::read_to_string(&path).unwrap()))
        });
        numbered.collect()
    }

    #[test]
    fn a_paragraph_is_a_statement() {
        let file = "-- About.\n\n-- Why.\nCREATE a;\n\nCREATE b\n(c);\n\n";
        let expected = ["-- Why.\nCREATE a;", "CREATE b\n(c);"];
        assert_eq!(statements(file).collect::<Vec<_>>(), expected);
    }

    #[test]
    fn every_file_is_applied_in_order_and_the_newest_is_the_version() {
        let (sqlite, postgres) = (files("sqlite"), files("postgres"));
        let listed: Vec<_> = SQLITE
            .iter()
            .map(|(number, file)| (*number, (*file).to_owned()))
            .collect();
        assert_eq!(listed, sqlite.clone().into_iter().collect::<Vec<_>>());
        let newest = sqlite.keys().chain(postgres.keys()).max();
        assert_eq!(newest, Some(&VERSION));
    }

    /// What makes an index on a table that is there already must let others write meanwhile. 0002 does not, for good: whoever
    /// has applied it does not apply it again.
    #[test]
    fn no_migration_blocks_writers_with_an_index() {
        for (number, file) in files("postgres").split_off(&3) {
            assert_eq!(blocking(&file), [""; 0], "migration {number}");
        }
    }

    #[test]
    fn an_index_blocks_unless_its_table_is_new_or_it_is_concurrent() {
        let new = "CREATE TABLE IF NOT EXISTS t (\n    a INT\n);\nCREATE INDEX i ON t (a);\n";
        assert_eq!(blocking(new), [""; 0]);
        let old = "create unique index if not exists i\n    on only t (a);\n";
        assert_eq!(
            blocking(old),
            ["create unique index if not exists i on only t (a)"]
        );
        let concurrent = "CREATE INDEX CONCURRENTLY i ON t (a);\n";
        assert_eq!(
            blocking(concurrent),
            ["CREATE INDEX CONCURRENTLY i ON t (a)"]
        );
        assert_eq!(
            blocking(&format!("-- no-transaction\n{concurrent}")),
            [""; 0]
        );
        assert_eq!(blocking("REINDEX TABLE t;").len(), 1);
    }

    /// The statements of a file that build an index while nobody can write, or that cannot run in its transaction.
    fn blocking(file: &str) -> Vec<String> {
        let alone = file.lines().next() == Some("-- no-transaction");
        let code: Vec<&str> = file
            .lines()
            .filter_map(|line| line.split("--").next())
            .collect();
        let code = code.join("\n");
        let statements = code
            .split(';')
            .map(|statement| statement.split_whitespace().collect::<Vec<_>>().join(" "));
        let statements: Vec<String> = statements.collect();
        let after = |text: &str, word: &str| -> Option<String> {
            let rest = text.split_once(word)?.1;
            let rest = rest
                .trim_start_matches("if not exists ")
                .trim_start_matches("only ");
            Some(rest.split([' ', '(']).next()?.to_owned())
        };
        let lower = |statement: &String| statement.to_lowercase();
        let made: Vec<String> = statements
            .iter()
            .filter_map(|statement| after(&lower(statement), "create table "))
            .collect();
        let blocks = |statement: &&String| {
            let text = lower(statement);
            let index = ["create index", "create unique index", "reindex"];
            let of_new_table = after(&text, " on ").is_some_and(|table| made.contains(&table));
            index.iter().any(|words| text.starts_with(words))
                && if text.contains(" concurrently ") {
                    !alone
                } else {
                    !of_new_table
                }
        };
        statements.iter().filter(blocks).cloned().collect()
    }
}
