//! `spin:sqlite@3.1.0`, with connections that are kept. A request has one for itself: the schema of a new file is made in a
//! transaction.

use crate::kept::{Idle, Kept};
use crate::sqlite::{error, parameters, placeholders, rows};
use crate::{DbError, Rows, Value};
use spin_sdk_7::sqlite;
pub(crate) use spin_sdk_7::sqlite::{Error, RowResult, Value as Sql};
use std::cell::RefCell;

thread_local! {
    static IDLE: Idle<sqlite::Connection> = const { RefCell::new(Vec::new()) };
}

pub(crate) type Connection = Kept<sqlite::Connection>;

/// The database `default`.
pub(crate) async fn open() -> Result<Connection, DbError> {
    if let Some(connection) = Kept::again(&IDLE) {
        return Ok(connection);
    }
    let connection = sqlite::Connection::open_default().await.map_err(error)?;
    Ok(Kept::new(&IDLE, connection))
}

pub(crate) async fn query(
    connection: &Connection,
    sql: &str,
    params: &[Value],
) -> Result<Rows, DbError> {
    let statement = async |connection: &sqlite::Connection| {
        let result = connection.execute(placeholders(sql), parameters(params));
        // To the end, and its success: only then has the statement had its effect.
        result.await?.collect().await
    };
    let result = connection.run(statement, Result::is_ok).await;
    result.map(rows).map_err(error)
}
