//! The host's side of one instance. What it offers beside WASI are `variables` (here), `sqlite` and `postgres`.

use std::collections::HashMap;
use std::sync::Arc;

use wasmtime::component::{Accessor, HasSelf, ResourceTable};
use wasmtime_wasi::{WasiCtx, WasiCtxView, WasiView};
use wasmtime_wasi_http::{WasiHttpCtx, WasiHttpCtxView, WasiHttpView};

use crate::bindings::fermyon::spin::variables;
use crate::bindings::spin::variables::variables as async_variables;
use crate::chaining::Chain;
use crate::component::ComponentInfo;
use crate::outbound::Outbound;
use crate::outbound_client::Client;
use crate::postgres::pool::Pools;
use crate::runtime_config::SqlitePath;
use crate::stdio::Lines;

/// What all instances of the process have in common.
pub(crate) struct Shared {
    pub(crate) sqlite_databases: HashMap<String, SqlitePath>,
    pub(crate) postgres: Pools,
    pub(crate) http: Client,
}

/// The host's side of one instance. It serves one request, or many when its component is one of WASI 0.3.
pub(crate) struct InstanceState {
    pub(crate) component: Arc<ComponentInfo>,
    pub(crate) shared: Arc<Shared>,
    pub(crate) table: ResourceTable,
    wasi: WasiCtx,
    http: WasiHttpCtx,
    outbound: Outbound,
}

impl InstanceState {
    /// For an instance of `component`; `chain` takes its requests to others.
    pub(crate) fn new(
        component: &Arc<ComponentInfo>,
        shared: &Arc<Shared>,
        chain: Arc<dyn Chain>,
    ) -> Self {
        let mut wasi = WasiCtx::builder();
        wasi.stdout(Lines::default())
            .stderr(Lines::default())
            .envs(&component.environment);
        Self {
            component: component.clone(),
            shared: shared.clone(),
            table: ResourceTable::new(),
            wasi: wasi.build(),
            http: WasiHttpCtx::new(),
            outbound: Outbound::new(chain, shared.http.clone(), component.clone()),
        }
    }
}

impl WasiView for InstanceState {
    fn ctx(&mut self) -> WasiCtxView<'_> {
        WasiCtxView {
            ctx: &mut self.wasi,
            table: &mut self.table,
        }
    }
}

impl WasiHttpView for InstanceState {
    fn http(&mut self) -> WasiHttpCtxView<'_> {
        WasiHttpCtxView {
            hooks: &mut self.outbound,
            table: &mut self.table,
            ctx: &mut self.http,
        }
    }
}

impl variables::Host for InstanceState {
    async fn get(&mut self, name: String) -> wasmtime::Result<Result<String, variables::Error>> {
        Ok(self.component.variables.get(&self.component.id, &name))
    }
}

impl async_variables::Host for InstanceState {}

impl<T: Send> async_variables::HostWithStore<T> for HasSelf<InstanceState> {
    async fn get(
        accessor: &Accessor<T, Self>,
        name: String,
    ) -> wasmtime::Result<Result<String, async_variables::Error>> {
        let component = accessor.with(|mut access| access.get().component.clone());
        let value = component.variables.get(&component.id, &name);
        Ok(value.map_err(|error| match error {
            variables::Error::InvalidName(text) => async_variables::Error::InvalidName(text),
            variables::Error::Undefined(text) => async_variables::Error::Undefined(text),
            variables::Error::Provider(text) => async_variables::Error::Provider(text),
            variables::Error::Other(text) => async_variables::Error::Other(text),
        }))
    }
}
