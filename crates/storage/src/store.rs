//! The database: statements and rows, and whether it has the schema.

use crate::params::params;
use crate::schema;
use platform::{Database, DbError, Dialect, Row, Rows, Value};

/// The database. What costs something is the first statement, so every request opens its own.
pub struct Store {
    database: Database,
}

impl Store {
    /// Opens the database that the variable `database_url` names; empty is SQLite, whose file gets the schema here when it is
    /// new or of an older version. On PostgreSQL the schema is the operator's to migrate.
    ///
    /// # Errors
    /// [`DbError::Unavailable`] when SQLite cannot be opened; PostgreSQL is reached by the first statement.
    pub async fn open() -> Result<Self, DbError> {
        let database = Database::open(&platform::variables::get("database_url")).await?;
        if database.dialect() == Dialect::Sqlite {
            schema::bring_up_to_date(&database).await?;
        }
        Ok(Self { database })
    }

    /// Whether the database answers and has at least the schema that this code needs; an error when not. A newer one is the
    /// rule while replicas are being replaced: the schema comes first, and code of the version before works with it.
    pub async fn ready(&self) -> Result<(), DbError> {
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
