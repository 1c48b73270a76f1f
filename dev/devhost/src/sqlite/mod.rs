//! `spin:sqlite@3.1.0`. Every open is a connection of its own, made by its first statement; a statement waits 5 s for a
//! busy database and foreign keys are on (both are defaults of the SQLite that `rusqlite` brings along).

pub(crate) mod connection;

use std::sync::PoisonError;

use rusqlite::types::{Value as Stored, ValueRef};
use wasmtime::component::{Accessor, FutureReader, HasSelf, Resource, StreamReader};

use crate::bindings::spin::sqlite::sqlite::{
    Error, Host, HostConnection, HostConnectionWithStore, QueryResult, RowResult, Value,
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

fn open(
    state: &mut InstanceState,
    database: &str,
) -> wasmtime::Result<Result<Resource<Connection>, Error>> {
    if !state.component.sqlite_databases.contains(database) {
        return Ok(Err(Error::AccessDenied));
    }
    let Some(path) = state.shared.sqlite_databases.get(database) else {
        return Ok(Err(Error::NoSuchDatabase));
    };
    Ok(Ok(state.table.push(Connection::new(path.clone()))?))
}

async fn execute(
    connection: rusqlite::Result<SharedConnection>,
    statement: String,
    parameters: Vec<Value>,
) -> wasmtime::Result<Result<QueryResult, Error>> {
    let connection = match connection {
        Ok(connection) => connection,
        Err(error) => return Ok(Err(io(error))),
    };
    Ok(tokio::task::spawn_blocking(move || query(&connection, &statement, parameters)).await?)
}

/// What the connection has counted.
fn count<N>(
    state: &InstanceState,
    connection: &Resource<Connection>,
    counted: fn(&rusqlite::Connection) -> N,
) -> wasmtime::Result<N> {
    let connection = state.table.get(connection)?.get()?;
    let connection = connection.lock().unwrap_or_else(PoisonError::into_inner);
    Ok(counted(&connection))
}

impl Host for InstanceState {}

impl HostConnection for InstanceState {
    async fn open(
        &mut self,
        database: String,
    ) -> wasmtime::Result<Result<Resource<Connection>, Error>> {
        open(self, &database)
    }

    async fn execute(
        &mut self,
        connection: Resource<Connection>,
        statement: String,
        parameters: Vec<Value>,
    ) -> wasmtime::Result<Result<QueryResult, Error>> {
        let connection = self.table.get(&connection)?.get();
        execute(connection, statement, parameters).await
    }

    async fn last_insert_rowid(
        &mut self,
        connection: Resource<Connection>,
    ) -> wasmtime::Result<i64> {
        count(self, &connection, rusqlite::Connection::last_insert_rowid)
    }

    async fn changes(&mut self, connection: Resource<Connection>) -> wasmtime::Result<u64> {
        count(self, &connection, rusqlite::Connection::changes)
    }

    async fn drop(&mut self, connection: Resource<Connection>) -> wasmtime::Result<()> {
        self.table.delete(connection)?;
        Ok(())
    }
}

/// Columns, rows, and how the statement ended. Here it has ended when there are rows; in Spin an error may come after some.
type Streamed = (
    Vec<String>,
    StreamReader<RowResult>,
    FutureReader<Result<(), Error>>,
);

/// The same for WASI 0.3: other requests of the instance go on while one waits.
impl<T: Send> HostConnectionWithStore<T> for HasSelf<InstanceState> {
    async fn open_async(
        accessor: &Accessor<T, Self>,
        database: String,
    ) -> wasmtime::Result<Result<Resource<Connection>, Error>> {
        accessor.with(|mut access| open(access.get(), &database))
    }

    async fn execute_async(
        accessor: &Accessor<T, Self>,
        connection: Resource<Connection>,
        statement: String,
        parameters: Vec<Value>,
    ) -> wasmtime::Result<Result<Streamed, Error>> {
        let connection = accessor.with(|mut access| {
            let table = &access.get().table;
            wasmtime::error::Ok(table.get(&connection)?.get())
        })?;
        let QueryResult { columns, rows } = match execute(connection, statement, parameters).await?
        {
            Ok(result) => result,
            Err(error) => return Ok(Err(error)),
        };
        accessor.with(|mut access| {
            let rows = StreamReader::new(&mut access, rows)?;
            let end = FutureReader::new(&mut access, async { wasmtime::error::Ok(Ok(())) })?;
            Ok(Ok((columns, rows, end)))
        })
    }

    async fn last_insert_rowid_async(
        accessor: &Accessor<T, Self>,
        connection: Resource<Connection>,
    ) -> wasmtime::Result<i64> {
        let counted = rusqlite::Connection::last_insert_rowid;
        accessor.with(|mut access| count(access.get(), &connection, counted))
    }

    async fn changes_async(
        accessor: &Accessor<T, Self>,
        connection: Resource<Connection>,
    ) -> wasmtime::Result<u64> {
        let counted = rusqlite::Connection::changes;
        accessor.with(|mut access| count(access.get(), &connection, counted))
    }
}
