//! `spin:postgres@4.2.0`, with one connection for all requests of an instance. In Spin a `connection` is a pooled client of
//! tokio-postgres, which sends the statements of several callers one after the other and gives each its own rows.

use crate::postgres::{error, parameters, rows};
use crate::shared::{Connections, Shared};
use crate::{DbError, Rows, Value};
use spin_sdk_7::pg::{self, Error};
pub(crate) use spin_sdk_7::pg::{DbValue, ParameterValue, PgError, QueryError};
use std::cell::RefCell;
use std::time::Duration;

thread_local! {
    static ALL: Connections<pg::Connection> = const { RefCell::new(Vec::new()) };
}

/// A connection that was used within this time is taken for a good one. Another goes back to Spin's pool, which asks the server
/// before it gives it out again: a statement of which nobody knows whether it was executed cannot be sent a second time.
const TRUSTED: Duration = Duration::from_millis(100);

pub(crate) type Connection = Shared<pg::Connection>;

pub(crate) async fn open(url: &str) -> Result<Connection, DbError> {
    if let Some(connection) = Shared::again(&ALL, url, TRUSTED) {
        return Ok(connection);
    }
    let opened = pg::Connection::open(url).await;
    let connection = opened.map_err(|other| error(plain(other)))?;
    Ok(Shared::new(&ALL, url, connection))
}

pub(crate) async fn query(
    connection: &Connection,
    sql: &str,
    params: &[Value],
) -> Result<Rows, DbError> {
    let statement = async |connection: &pg::Connection| {
        let result = connection.query(sql, parameters(params)).await;
        let (_, rows, end) = result.map_err(plain)?.into_inner();
        let rows = rows.collect().await;
        // Only now is it known that these are all rows, and that the statement has had its effect.
        end.await.map(|()| rows)
    };
    let result = connection.run(statement, is_in_order).await;
    result.map(rows).map_err(error)
}

/// Whether the connection can be used again: the server itself has told how the statement ended, and goes on.
fn is_in_order<T>(result: &Result<T, PgError>) -> bool {
    match result {
        Ok(_) => true,
        Err(PgError::QueryFailed(QueryError::DbError(error))) => {
            // Connection, resources, operator intervention, system error, internal error.
            let class = error.code.get(..2).unwrap_or_default();
            !["08", "53", "57", "58", "XX"].contains(&class)
        }
        Err(_) => false,
    }
}

fn plain(error: Error) -> PgError {
    match error {
        Error::PgError(error) => error,
        Error::Decode(text) => PgError::ValueConversionFailed(text),
    }
}
