//! Brings a PostgreSQL database to the schema of this code: the files of migrations/postgres in order, each in one
//! transaction, recorded in `schema_migrations`. SQLite has no part here: the application makes the schema of a new
//! file by itself, and changes that of no other.
//!
//! Safe to run twice and at once: every transaction first takes an advisory lock, then looks again at what is done.

mod error;
mod files;

pub use error::MigrateError;
pub use files::{MIGRATIONS, Migration};

use error::reason;
use postgres::config::Host;
use postgres::{Client, Config, NoTls, Transaction};
use std::time::Duration;

/// Any number that nothing else in the database locks: "todo" in ASCII.
const LOCK: i64 = 0x746f_646f;

const CONNECT_LIMIT: Duration = Duration::from_secs(10);

/// How long to wait for another migration, or for a table that somebody uses. While a migration waits for a table, all who
/// come after it wait too, so it gives up rather than hold up the application.
const LOCK_LIMIT: &str = "60s";

/// Applies what is missing of [`MIGRATIONS`] and returns it; nothing when the database is up to date.
///
/// # Errors
/// [`MigrateError`]; the files before the one that failed stay applied.
pub fn migrate(url: &str) -> Result<Vec<&'static Migration>, MigrateError> {
    migrate_with(url, MIGRATIONS)
}

/// [`migrate`] with other migrations, numbered upwards from 1.
///
/// # Errors
/// As [`migrate`].
pub fn migrate_with<'a>(
    url: &str,
    migrations: &'a [Migration],
) -> Result<Vec<&'a Migration>, MigrateError> {
    let mut client = connect(url)?;
    let mut applied = Vec::new();
    for migration in migrations {
        if apply(&mut client, migration, migrations).map_err(|error| error.of(migration.name))? {
            applied.push(migration);
        }
    }
    Ok(applied)
}

fn connect(url: &str) -> Result<Client, MigrateError> {
    let mut config: Config = url
        .parse()
        .map_err(|error| MigrateError::Url(reason(&error)))?;
    config
        .application_name("migrate")
        .connect_timeout(CONNECT_LIMIT)
        .options(&format!(
            "-c lock_timeout={LOCK_LIMIT} -c client_min_messages=warning"
        ));
    config
        .connect(NoTls)
        .map_err(|error| MigrateError::Connect {
            server: server(&config),
            reason: reason(&error),
        })
}

/// Host and port, and nothing else of the URL.
fn server(config: &Config) -> String {
    let host = match config.get_hosts().first() {
        Some(Host::Tcp(name)) => name.clone(),
        Some(Host::Unix(path)) => path.display().to_string(),
        None => "the default host".to_owned(),
    };
    match config.get_ports().first() {
        Some(port) => format!("{host}:{port}"),
        None => host,
    }
}

/// Before it is known which file was at work.
enum Failure {
    Statement(postgres::Error),
    Known(MigrateError),
}

impl Failure {
    fn of(self, file: &str) -> MigrateError {
        match self {
            Self::Known(error) => error,
            Self::Statement(error) => MigrateError::Statement {
                file: file.to_owned(),
                reason: reason(&error),
            },
        }
    }
}

impl From<postgres::Error> for Failure {
    fn from(error: postgres::Error) -> Self {
        Self::Statement(error)
    }
}

/// Applies one file, unless it is applied; the transaction rolls back when it is dropped on the way.
fn apply(client: &mut Client, migration: &Migration, known: &[Migration]) -> Result<bool, Failure> {
    let mut transaction = client.transaction()?;
    transaction.execute("SELECT pg_advisory_xact_lock($1)", &[&LOCK])?;
    let version = version(&mut transaction)?;
    let code = known.last().map_or(0, |last| last.version);
    if version > code {
        return Err(Failure::Known(MigrateError::Newer {
            database: version,
            code,
        }));
    }
    if version >= migration.version {
        return Ok(false);
    }
    transaction.batch_execute(migration.sql)?;
    let record = "INSERT INTO schema_migrations (version) VALUES ($1)";
    transaction.execute(record, &[&migration.version])?;
    transaction.commit()?;
    Ok(true)
}

/// The version of the database; 0 when it is empty. The first migration makes the table.
fn version(transaction: &mut Transaction<'_>) -> Result<i64, postgres::Error> {
    let exists = "SELECT to_regclass('schema_migrations') IS NOT NULL";
    if !transaction.query_one(exists, &[])?.try_get::<_, bool>(0)? {
        return Ok(0);
    }
    let highest = "SELECT COALESCE(MAX(version), 0) FROM schema_migrations";
    transaction.query_one(highest, &[])?.try_get(0)
}
