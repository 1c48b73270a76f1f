//! `spin:sqlite@3.0.0`.

use crate::sqlite::{error, parameters, placeholders, rows};
use crate::{DbError, Rows, Value};
pub(crate) use spin_sdk::sqlite3::{Connection, Error, RowResult, Value as Sql};

/// The database `default`.
pub(crate) fn open() -> Result<Connection, DbError> {
    Connection::open_default().map_err(error)
}

pub(crate) fn query(connection: &Connection, sql: &str, params: &[Value]) -> Result<Rows, DbError> {
    let result = connection
        .execute(&placeholders(sql), &parameters(params))
        .map_err(error)?;
    Ok(rows(result.rows))
}
