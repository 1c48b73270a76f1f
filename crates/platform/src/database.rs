//! One interface over the two databases: a connection, a statement with `$n` parameters, rows.
//!
//! There is no transaction here, on purpose: Spin's PostgreSQL pool does not roll back a connection whose component
//! trapped, so a statement is the largest unit of work (docs/ARCHITECTURE.md, "One statement per change").

use crate::host::{postgres, sqlite, wait};
use crate::{Rows, Value};
use std::cell::OnceCell;

/// Where the SQL of the two databases differs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Dialect {
    /// Spin's SQLite database `default`.
    Sqlite,
    /// PostgreSQL 15 or later.
    Postgres,
}

/// Why a statement failed.
#[derive(Debug, thiserror::Error)]
pub enum DbError {
    /// The database cannot be reached or cannot work now; the same statement may succeed later.
    #[error("database unavailable: {0}")]
    Unavailable(String),
    /// The schema is not the one that the statement was written for: it has not been migrated yet. The same statement may
    /// succeed later.
    #[error("schema not as needed: {0}")]
    Schema(String),
    /// The statement itself is at fault.
    #[error("statement failed: {0}")]
    Statement(String),
    /// A column that is not what the code expects.
    #[error(transparent)]
    Row(#[from] crate::RowError),
}

/// A connection, which the first statement opens: to PostgreSQL that is a round trip, in which the host resets the session of its
/// last user, and SQLite takes longer for it than many a statement.
pub struct Database(Connection);

enum Connection {
    Sqlite(OnceCell<sqlite::Connection>),
    Postgres(String, OnceCell<postgres::Connection>),
}

impl Database {
    /// The SQLite database `default` when `url` is empty, otherwise the PostgreSQL database at `url`.
    #[must_use]
    pub fn at(url: &str) -> Self {
        Self(if url.is_empty() {
            Connection::Sqlite(OnceCell::new())
        } else {
            Connection::Postgres(url.to_owned(), OnceCell::new())
        })
    }

    /// Which SQL it speaks.
    #[must_use]
    pub fn dialect(&self) -> Dialect {
        match self.0 {
            Connection::Sqlite(_) => Dialect::Sqlite,
            Connection::Postgres(..) => Dialect::Postgres,
        }
    }

    /// Runs one statement and returns its rows (of a query, or of a `RETURNING` clause).
    ///
    /// # Errors
    /// [`DbError`], [`DbError::Unavailable`] when the database cannot be opened; the statement has had no effect, unless the
    /// connection broke while it ran.
    pub async fn query(&self, sql: &str, params: &[Value]) -> Result<Rows, DbError> {
        match &self.0 {
            Connection::Sqlite(cell) => {
                let connection = opened(cell, async || wait!(sqlite::open())).await?;
                wait!(sqlite::query(connection, sql, params))
            }
            Connection::Postgres(url, cell) => {
                let connection = opened(cell, async || wait!(postgres::open(url))).await?;
                wait!(postgres::query(connection, sql, params))
            }
        }
    }
}

/// What the cell has, opened when it has nothing.
async fn opened<C>(
    cell: &OnceCell<C>,
    open: impl AsyncFnOnce() -> Result<C, DbError>,
) -> Result<&C, DbError> {
    Ok(match cell.get() {
        Some(connection) => connection,
        None => {
            let connection = open().await?;
            cell.get_or_init(|| connection)
        }
    })
}
