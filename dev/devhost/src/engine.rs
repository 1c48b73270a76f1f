//! Wasmtime: the engine, the linker, and the components compiled and ready to instantiate. Running a request is
//! `executor`'s.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use anyhow::{Context as _, Result};
use wasmtime::component::{Component as Compiled, HasSelf, InstancePre, Linker};
use wasmtime::{
    Cache, CacheConfig, Config, Engine, InstanceAllocationStrategy, PoolingAllocationConfig,
};
use wasmtime_wasi_http::handler::ProxyHandler;
use wasmtime_wasi_http::{p2, p3};

use crate::bindings;
use crate::component::ComponentInfo;
use crate::instance::InstanceState;
use crate::manifest::Component;
use crate::reuse::Instances;
use crate::variables::Resolver;

use componentize::componentize;

/// The most instances alive at once, Spin's default. A request beyond it fails.
const MAX_INSTANCES: u32 = 1000;

/// A component of the application, ready to be instantiated.
pub(crate) struct LoadedComponent {
    pub(crate) handler: Handler,
    pub(crate) info: Arc<ComponentInfo>,
}

/// What a component exports.
pub(crate) enum Handler {
    /// `wasi:http/incoming-handler@0.2`: an instance for each request.
    Once(p2::bindings::ProxyPre<InstanceState>),
    /// `wasi:http/handler@0.3`: instances that serve many.
    Reused(ProxyHandler<Instances>),
}

/// Compiles components for one engine.
pub(crate) struct Loader {
    engine: Engine,
    linker: Linker<InstanceState>,
}

impl Loader {
    /// An engine with Spin's pooling allocator and a cache of compiled code on disk.
    pub(crate) fn new() -> Result<Self> {
        let engine = Engine::new(&config())?;
        let mut linker = Linker::new(&engine);
        wasmtime_wasi::p2::add_to_linker_async(&mut linker)?;
        p2::add_only_http_to_linker_async(&mut linker)?;
        wasmtime_wasi::p3::add_to_linker(&mut linker)?;
        p3::add_to_linker(&mut linker)?;
        bindings::Provided::add_to_linker::<_, HasSelf<_>>(&mut linker, |state| state)?;
        Ok(Self { engine, linker })
    }

    /// Compiles the component `id`, whose source is relative to `folder`.
    pub(crate) fn load(
        &self,
        id: &str,
        config: &Component,
        folder: &Path,
        variables: &Arc<Resolver>,
    ) -> Result<LoadedComponent> {
        let path = folder.join(&config.source);
        let pre = self
            .compile(&path)
            .with_context(|| format!("component `{id}`: {}", path.display()))?;
        let hosts = config
            .allowed_outbound_hosts
            .iter()
            .map(|host| variables.template(host));
        let info = ComponentInfo {
            id: id.to_owned(),
            variables: variables.clone(),
            allowed_outbound_hosts: hosts
                .collect::<Result<_>>()
                .with_context(|| format!("component `{id}`"))?,
            sqlite_databases: config.sqlite_databases.iter().cloned().collect(),
            environment: config.environment.clone().into_iter().collect(),
        };
        let info = Arc::new(info);
        // Which of the two it exports.
        let handler = match p3::bindings::ServicePre::new(pre.clone()) {
            Ok(pre) => Handler::Reused(ProxyHandler::new(Instances::new(pre, info.clone()))),
            Err(_) => Handler::Once(
                p2::bindings::ProxyPre::new(pre)
                    .map_err(anyhow::Error::from)
                    .with_context(|| format!("component `{id}` exports no HTTP handler"))?,
            ),
        };
        Ok(LoadedComponent { handler, info })
    }

    fn compile(&self, path: &PathBuf) -> Result<InstancePre<InstanceState>> {
        let wasm = std::fs::read(path)
            .context("cannot read it (hint: `cargo xtask build` builds the components)")?;
        let component = Compiled::new(&self.engine, componentize(&wasm)?)?;
        Ok(self.linker.instantiate_pre(&component)?)
    }
}

fn config() -> Config {
    let mut config = Config::new();
    config.wasm_component_model(true);
    // Where in the module a trap was; the components have no names to tell it by, and it is a fifth of their memory.
    config.generate_address_map(false);
    config.wasm_component_model_async(true);
    config.allocation_strategy(InstanceAllocationStrategy::Pooling(pool()));
    // Without a home directory there is no cache, and every start compiles.
    if let Ok(cache) = Cache::new(CacheConfig::new()) {
        config.cache(Some(cache));
    }
    config
}

/// The limits of Spin's pool.
fn pool() -> PoolingAllocationConfig {
    let mut pool = PoolingAllocationConfig::default();
    pool.total_component_instances(MAX_INSTANCES)
        .total_memories(MAX_INSTANCES)
        .total_tables(2 * MAX_INSTANCES)
        .total_stacks(MAX_INSTANCES)
        .total_core_instances(4 * MAX_INSTANCES)
        .table_elements(100_000)
        .max_component_instance_size(10 << 20)
        .max_core_instance_size(10 << 20)
        .max_core_instances_per_component(200)
        .max_tables_per_component(64)
        .max_memories_per_component(32)
        .max_tables_per_module(2)
        .max_memories_per_module(2)
        .max_memory_size(4 << 30)
        .linear_memory_keep_resident(2 << 20)
        .table_keep_resident(512 << 10);
    pool
}
