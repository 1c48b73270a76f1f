//! `spin:postgres@4.2.0` on a pool per address, as in Spin: at most 64 connections, and a returned one is cleaned of its
//! session but not of an open transaction. A component that traps between BEGIN and COMMIT leaves one behind; the next
//! one's writes then vanish in it. That is why this application keeps to single statements.

mod errors;
mod parameters;
pub(crate) mod pool;
mod tls;
mod values;

use std::sync::Arc;

use deadpool_postgres::Object;
use futures::TryStreamExt as _;
use tokio_postgres::Config;
use tokio_postgres::config::Host as Server;
use tokio_postgres::types::ToSql;
use wasmtime::component::{Accessor, FutureReader, HasSelf, Resource, StreamReader};

use crate::bindings::spin::postgres::postgres::{
    Column, DbValue, Error, Host, HostConnection, HostConnectionWithStore, ParameterValue, RowSet,
};
use crate::component::ComponentInfo;
use crate::instance::{InstanceState, Shared};
use pool::Connection;

/// Checks that the component may connect to every host of `address`, a URL or `key=value` pairs; or why it may not.
fn check_address(component: &ComponentInfo, address: &str) -> Result<(), String> {
    let config = address.parse::<Config>().map_err(|e| e.to_string())?;
    for (index, server) in config.get_hosts().iter().enumerate() {
        let Server::Tcp(name) = server else {
            return Err("Unix sockets are not supported on WebAssembly".to_owned());
        };
        let port = config.get_ports().get(index);
        let port = port.map_or_else(String::new, |port| format!(":{port}"));
        let url = format!("{name}{port}");
        if !component.may_request(&url, "postgres") {
            return Err(format!("address postgres://{url} is not permitted"));
        }
    }
    Ok(())
}

async fn open(
    component: &ComponentInfo,
    shared: &Shared,
    address: &str,
) -> Result<Connection, Error> {
    check_address(component, address).map_err(Error::ConnectionFailed)?;
    let client = shared.postgres.get(address).await;
    let client = client.map_err(|error| Error::ConnectionFailed(format!("{error:?}")))?;
    Ok(Connection(Arc::new(client)))
}

async fn execute(
    client: &Object,
    statement: &str,
    parameters: &[ParameterValue],
) -> Result<u64, Error> {
    let converted =
        parameters::all(parameters).map_err(|e| Error::ValueConversionFailed(format!("{e:?}")))?;
    let references: Vec<&(dyn ToSql + Sync)> = converted.iter().map(|p| p.as_ref() as _).collect();
    // Prepares the statement anew each time, as Spin does; deadpool's cache of statements is not used.
    client
        .execute(statement, &references)
        .await
        .map_err(|e| errors::query_failed(&e))
}

async fn query(
    client: &Object,
    statement: &str,
    parameters: &[ParameterValue],
) -> Result<RowSet, Error> {
    let converted =
        parameters::all(parameters).map_err(|e| Error::BadParameter(format!("{e:?}")))?;
    let rows = client
        .query_raw(statement, converted)
        .await
        .map_err(|e| errors::query_failed(&e))?;
    values::row_set(rows.map_err(anyhow::Error::from))
        .await
        .map_err(|e| errors::text(format!("{e:?}")))
}

impl Host for InstanceState {}

impl HostConnection for InstanceState {
    async fn open(
        &mut self,
        address: String,
    ) -> wasmtime::Result<Result<Resource<Connection>, Error>> {
        match open(&self.component, &self.shared, &address).await {
            Ok(connection) => Ok(Ok(self.table.push(connection)?)),
            Err(error) => Ok(Err(error)),
        }
    }

    async fn query(
        &mut self,
        connection: Resource<Connection>,
        statement: String,
        parameters: Vec<ParameterValue>,
    ) -> wasmtime::Result<Result<RowSet, Error>> {
        let client = &self.table.get(&connection)?.0;
        Ok(query(client, &statement, &parameters).await)
    }

    async fn execute(
        &mut self,
        connection: Resource<Connection>,
        statement: String,
        parameters: Vec<ParameterValue>,
    ) -> wasmtime::Result<Result<u64, Error>> {
        let client = &self.table.get(&connection)?.0;
        Ok(execute(client, &statement, &parameters).await)
    }

    async fn drop(&mut self, connection: Resource<Connection>) -> wasmtime::Result<()> {
        self.table.delete(connection)?;
        Ok(())
    }
}

/// Columns, rows, and how the statement ended. Here it has ended when there are rows; in Spin an error may come after some.
type Streamed = (
    Vec<Column>,
    StreamReader<Vec<DbValue>>,
    FutureReader<Result<(), Error>>,
);

/// The same for WASI 0.3: other requests of the instance go on while one waits.
impl<T: Send> HostConnectionWithStore<T> for HasSelf<InstanceState> {
    async fn open_async(
        accessor: &Accessor<T, Self>,
        address: String,
    ) -> wasmtime::Result<Result<Resource<Connection>, Error>> {
        let (component, shared) = accessor.with(|mut access| {
            let state = access.get();
            (state.component.clone(), state.shared.clone())
        });
        match open(&component, &shared, &address).await {
            Ok(connection) => {
                let pushed = accessor.with(|mut access| access.get().table.push(connection));
                Ok(Ok(pushed?))
            }
            Err(error) => Ok(Err(error)),
        }
    }

    async fn query_async(
        accessor: &Accessor<T, Self>,
        connection: Resource<Connection>,
        statement: String,
        parameters: Vec<ParameterValue>,
    ) -> wasmtime::Result<Result<Streamed, Error>> {
        let client = client(accessor, &connection)?;
        let RowSet { columns, rows } = match query(&client, &statement, &parameters).await {
            Ok(result) => result,
            Err(error) => return Ok(Err(error)),
        };
        accessor.with(|mut access| {
            let rows = StreamReader::new(&mut access, rows)?;
            let end = FutureReader::new(&mut access, async { wasmtime::error::Ok(Ok(())) })?;
            Ok(Ok((columns, rows, end)))
        })
    }

    async fn execute_async(
        accessor: &Accessor<T, Self>,
        connection: Resource<Connection>,
        statement: String,
        parameters: Vec<ParameterValue>,
    ) -> wasmtime::Result<Result<u64, Error>> {
        let client = client(accessor, &connection)?;
        Ok(execute(&client, &statement, &parameters).await)
    }
}

fn client<T>(
    accessor: &Accessor<T, HasSelf<InstanceState>>,
    connection: &Resource<Connection>,
) -> wasmtime::Result<Arc<Object>> {
    accessor.with(|mut access| Ok(access.get().table.get(connection)?.0.clone()))
}
