//! `spin:postgres@4.0.0`.

use crate::postgres::{error, parameters, rows};
use crate::{DbError, Rows, Value};
pub(crate) use spin_sdk::pg4::{Connection, DbValue, ParameterValue, PgError, QueryError};

pub(crate) fn open(url: &str) -> Result<Connection, DbError> {
    Connection::open(url).map_err(error)
}

pub(crate) fn query(connection: &Connection, sql: &str, params: &[Value]) -> Result<Rows, DbError> {
    let result = connection.query(sql, &parameters(params)).map_err(error)?;
    Ok(rows(result.rows))
}
