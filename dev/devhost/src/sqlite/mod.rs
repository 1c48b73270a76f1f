//! `spin:sqlite@3.0.0`. Every open is a connection of its own, made by its first statement; a statement waits 5 s for a
//! busy database and foreign keys are on (both are defaults of the SQLite that `rusqlite` brings along).

pub(crate) mod connection;

use std::sync::PoisonError;

use rusqlite::types::{Value as Stored, ValueRef};
use wasmtime::component::Resource;

use crate::bindings::spin::sqlite::sqlite::{
    Error, Host, HostConnection, QueryResult, RowResult, Value,
};
use crate::instance::InstanceState;
use connection::{Connection, SharedConnection};

/// The most that one result may hold, as in Spin.
const MAX_RESULT_BYTES: usize = 128 << 20;

fn io(error: impl std::fmt::Display) -> Error {
    Error::Io(error.to_string())
}

fn query(
    connection: &SharedConnection,
    statement: &str,
    parameters: Vec<Value>,
) -> Result<QueryResult, Error> {
    let connection = connection.lock().unwrap_or_else(PoisonError::into_inner);
    let mut statement = connection.prepare_cached(statement).map_err(io)?;
    let columns: Vec<String> = statement
        .column_names()
        .into_iter()
        .map(ToOwned::to_owned)
        .collect();
    let parameters = rusqlite::params_from_iter(parameters.into_iter().map(to_sqlite));
    let mut cursor = statement.query(parameters).map_err(io)?;
    let (mut rows, mut size) = (Vec::new(), 0);
    while let Some(row) = cursor.next().map_err(io)? {
        let mut values = Vec::with_capacity(columns.len());
        for column in 0..columns.len() {
            let value = row.get_ref(column).map_err(io).and_then(from_sqlite)?;
            size += size_of::<Value>() + heap_size(&value);
            values.push(value);
        }
        if size > MAX_RESULT_BYTES {
            return Err(io(format!(
                "query result exceeds limit of {MAX_RESULT_BYTES} bytes"
            )));
        }
        rows.push(RowResult { values });
    }
    Ok(QueryResult { columns, rows })
}

fn to_sqlite(value: Value) -> Stored {
    match value {
        Value::Null => Stored::Null,
        Value::Integer(value) => Stored::Integer(value),
        Value::Real(value) => Stored::Real(value),
        Value::Text(value) => Stored::Text(value),
        Value::Blob(value) => Stored::Blob(value),
    }
}

fn from_sqlite(value: ValueRef<'_>) -> Result<Value, Error> {
    Ok(match value {
        ValueRef::Null => Value::Null,
        ValueRef::Integer(value) => Value::Integer(value),
        ValueRef::Real(value) => Value::Real(value),
        ValueRef::Text(value) => Value::Text(String::from_utf8(value.to_vec()).map_err(io)?),
        ValueRef::Blob(value) => Value::Blob(value.to_vec()),
    })
}

fn heap_size(value: &Value) -> usize {
    match value {
        Value::Text(text) => text.len(),
        Value::Blob(bytes) => bytes.len(),
        Value::Null | Value::Integer(_) | Value::Real(_) => 0,
    }
}

impl Host for InstanceState {}

impl HostConnection for InstanceState {
    async fn open(
        &mut self,
        database: String,
    ) -> wasmtime::Result<Result<Resource<Connection>, Error>> {
        if !self.component.sqlite_databases.contains(&database) {
            return Ok(Err(Error::AccessDenied));
        }
        let Some(path) = self.shared.sqlite_databases.get(&database) else {
            return Ok(Err(Error::NoSuchDatabase));
        };
        Ok(Ok(self.table.push(Connection::new(path.clone()))?))
    }

    async fn execute(
        &mut self,
        connection: Resource<Connection>,
        statement: String,
        parameters: Vec<Value>,
    ) -> wasmtime::Result<Result<QueryResult, Error>> {
        let connection = match self.table.get(&connection)?.get() {
            Ok(connection) => connection,
            Err(error) => return Ok(Err(io(error))),
        };
        Ok(tokio::task::spawn_blocking(move || query(&connection, &statement, parameters)).await?)
    }

    async fn last_insert_rowid(
        &mut self,
        connection: Resource<Connection>,
    ) -> wasmtime::Result<i64> {
        let connection = self.table.get(&connection)?.get()?;
        let connection = connection.lock().unwrap_or_else(PoisonError::into_inner);
        Ok(connection.last_insert_rowid())
    }

    async fn changes(&mut self, connection: Resource<Connection>) -> wasmtime::Result<u64> {
        let connection = self.table.get(&connection)?.get()?;
        let connection = connection.lock().unwrap_or_else(PoisonError::into_inner);
        Ok(connection.changes())
    }

    async fn drop(&mut self, connection: Resource<Connection>) -> wasmtime::Result<()> {
        self.table.delete(connection)?;
        Ok(())
    }
}
