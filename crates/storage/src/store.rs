//! The open database, and the schema that SQLite gets on first use.

use crate::params::params;
use crate::schema;
use platform::{Database, DbError, Dialect, Row, Rows, Value};

/// An open database. It costs nothing to open, so every request opens its own.
pub struct Store {
    database: Database,
}

impl Store {
    /// Opens the database that the variable `database_url` names; empty is SQLite.
    ///
    /// # Errors
    /// [`DbError::Unavailable`] when it cannot be reached.
    pub async fn open() -> Result<Self, DbError> {
        let database = Database::open(&platform::variables::get("database_url")).await?;
        Ok(Self { database })
    }

    /// Whether the database answers and has the schema; an error when not.
    pub async fn ping(&self) -> Result<(), DbError> {
        let sql = "SELECT 1 FROM leases LIMIT 1";
        self.run(sql, params![]).await.map(drop)
    }

    pub(crate) fn dialect(&self) -> Dialect {
        self.database.dialect()
    }

    /// Runs one statement with its parameters `$1`, `$2` and so on. A SQLite file without tables gets them here and the
    /// statement runs again; on PostgreSQL the schema is the operator's to migrate.
    pub(crate) async fn run(&self, sql: &str, params: Vec<Value>) -> Result<Rows, DbError> {
        match self.database.query(sql, &params).await {
            Err(DbError::NoSchema(_)) if self.dialect() == Dialect::Sqlite => {
                schema::migrate_sqlite(&self.database).await?;
                self.database.query(sql, &params).await
            }
            result => result,
        }
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
