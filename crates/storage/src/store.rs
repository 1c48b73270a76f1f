//! The open database, and the schema that SQLite gets on first use.

use crate::schema;
use crate::sql::Sql;
use platform::{Database, DbError, Dialect, Rows};

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

    /// Whether the database answers.
    ///
    /// # Errors
    /// [`DbError`] when it does not.
    pub async fn ping(&self) -> Result<(), DbError> {
        self.database.query("SELECT 1", &[]).await.map(drop)
    }

    pub(crate) fn sql(&self) -> Sql {
        Sql::new(self.database.dialect())
    }

    /// Runs one statement. A SQLite file without tables gets them here and the statement runs again; on PostgreSQL the
    /// schema is the operator's to migrate.
    pub(crate) async fn run(&self, sql: Sql) -> Result<Rows, DbError> {
        let (text, params) = sql.finish();
        match self.database.query(&text, &params).await {
            Err(DbError::NoSchema(_)) if self.database.dialect() == Dialect::Sqlite => {
                schema::migrate_sqlite(&self.database).await?;
                self.database.query(&text, &params).await
            }
            result => result,
        }
    }
}
