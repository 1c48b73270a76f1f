//! The database: statements and rows, and whether it has the schema.

use crate::params::params;
use crate::schema;
use platform::{Database, DbError, Dialect, Row, Rows, Value};
use std::cell::Cell;

/// The database. What costs something is the first statement, so every request has its own.
pub struct Store {
    database: Database,
    /// Whether the schema of SQLite is known to be there.
    begun: Cell<bool>,
}

impl Store {
    /// The database that the variable `database_url` names; empty is SQLite. Nothing is opened before the first statement, which
    /// gives a SQLite file its schema when it is new or of an older version. On PostgreSQL the schema is the operator's to migrate.
    #[must_use]
    pub fn open() -> Self {
        Self {
            database: Database::at(&platform::variables::get("database_url")),
            begun: Cell::new(false),
        }
    }

    /// What comes before the first statement.
    async fn begin(&self) -> Result<(), DbError> {
        if self.dialect() == Dialect::Sqlite && !self.begun.get() {
            schema::bring_up_to_date(&self.database).await?;
            self.begun.set(true);
        }
        Ok(())
    }

    /// Whether the database answers and has at least the schema that this code needs; an error when not. A newer one is the
    /// rule while replicas are being replaced: the schema comes first, and code of the version before works with it.
    pub async fn ready(&self) -> Result<(), DbError> {
        self.begin().await?;
        let version = match self.dialect() {
            Dialect::Sqlite => schema::version(&self.database).await?,
            Dialect::Postgres => {
                let sql = "SELECT COALESCE(MAX(version), 0) FROM schema_migrations";
                let read = self.first(sql, params![], |mut row| Ok(row.read()?));
                read.await?.unwrap_or(0)
            }
        };
        if version < schema::VERSION {
            let needed = schema::VERSION;
            let text = format!("the database is at version {version}, this code needs {needed}");
            return Err(DbError::Schema(text));
        }
        Ok(())
    }

    pub(crate) fn dialect(&self) -> Dialect {
        self.database.dialect()
    }

    /// Runs one statement with its parameters `$1`, `$2` and so on.
    pub(crate) async fn run(&self, sql: &str, params: Vec<Value>) -> Result<Rows, DbError> {
        self.begin().await?;
        self.database.query(sql, &params).await
    }

    /// Runs one statement and reads its rows.
    pub(crate) async fn all<T>(
        &self,
        sql: &str,
        params: Vec<Value>,
        read: Read<T>,
    ) -> Result<Vec<T>, DbError> {
        let rows = self.run(sql, params).await?;
        rows.into_iter().map(read).collect()
    }

    /// Runs one statement and reads its first row, if it has one.
    pub(crate) async fn first<T>(
        &self,
        sql: &str,
        params: Vec<Value>,
        read: Read<T>,
    ) -> Result<Option<T>, DbError> {
        let rows = self.run(sql, params).await?;
        rows.into_iter().next().map(read).transpose()
    }

    /// Runs one statement and says whether it returned a row: with `RETURNING`, whether it changed one.
    pub(crate) async fn any(&self, sql: &str, params: Vec<Value>) -> Result<bool, DbError> {
        Ok(!self.run(sql, params).await?.is_empty())
    }
}

/// Reads a row.
type Read<T> = fn(Row) -> Result<T, DbError>;
