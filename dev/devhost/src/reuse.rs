//! Instances that serve many requests, also at the same time: those of components of WASI 0.3. The numbers are Spin's.

use std::pin::Pin;
use std::sync::{Arc, OnceLock};
use std::task::{Context, Poll};
use std::time::{Duration, Instant};

use tokio::time::Sleep;
use wasmtime::component::GuestTaskId;
use wasmtime::{Store, StoreContextMut};
use wasmtime_wasi_http::WasiHttpView;
use wasmtime_wasi_http::handler::{
    HandlerState, Instance, Proxy, ShouldAccept, WorkerExpiration, WorkerState, WorkerStatus,
};
use wasmtime_wasi_http::p3::bindings::ServicePre;

use crate::chaining::Chain;
use crate::component::ComponentInfo;
use crate::instance::{InstanceState, Shared};
use crate::log;

/// An instance serves so many requests.
const REQUESTS: usize = 128;

/// Of these, so many at once.
const AT_ONCE: usize = 16;

/// An instance without a request waits so long for another one.
const IDLE: Duration = Duration::from_secs(1);

/// What the instances of one component have in common.
pub(crate) struct Instances {
    pre: ServicePre<InstanceState>,
    component: Arc<ComponentInfo>,
    /// Known when the application serves.
    around: OnceLock<(Arc<Shared>, Arc<dyn Chain>)>,
}

impl Instances {
    pub(crate) fn new(pre: ServicePre<InstanceState>, component: Arc<ComponentInfo>) -> Self {
        let around = OnceLock::new();
        Self {
            pre,
            component,
            around,
        }
    }

    /// Before the first request.
    pub(crate) fn connect(&self, shared: &Arc<Shared>, chain: Arc<dyn Chain>) {
        self.around.get_or_init(|| (shared.clone(), chain));
    }
}

impl HandlerState for Instances {
    type StoreData = InstanceState;
    type WorkerExpiration = Idle;
    type WorkerState = Worker;

    async fn instantiate(&self) -> wasmtime::Result<Instance<InstanceState, Idle, Worker>> {
        let Some((shared, chain)) = self.around.get() else {
            wasmtime::bail!("the application does not serve yet");
        };
        let state = InstanceState::new(&self.component, shared, chain.clone());
        let mut store = Store::new(self.pre.engine(), state);
        let service = self.pre.instantiate_async(&mut store).await?;
        Ok(Instance {
            store,
            proxy: Proxy::P3(service),
            view: InstanceState::http,
            expiration: Idle(Box::pin(tokio::time::sleep(IDLE))),
            state: Worker(self.component.clone()),
        })
    }
}

/// When an instance ends that has nothing to do.
pub(crate) struct Idle(Pin<Box<Sleep>>);

impl WorkerExpiration for Idle {
    fn poll(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        status: WorkerStatus,
        since: Instant,
    ) -> Poll<()> {
        if status != WorkerStatus::Idle {
            return Poll::Pending;
        }
        let end = (since + IDLE).into();
        if self.0.deadline() != end {
            self.0.as_mut().reset(end);
        }
        self.0.as_mut().poll(context)
    }
}

/// One instance at work.
pub(crate) struct Worker(Arc<ComponentInfo>);

impl WorkerState for Worker {
    type StoreData = InstanceState;
    type RequestData = ();

    fn should_accept_request(&self, at_once: usize, so_far: usize) -> ShouldAccept {
        if so_far >= REQUESTS {
            ShouldAccept::Never
        } else if at_once >= AT_ONCE {
            ShouldAccept::No
        } else {
            ShouldAccept::Yes
        }
    }

    /// A request may take as long as it wants.
    fn on_request_start(
        &self,
        _: StoreContextMut<'_, InstanceState>,
        (): (),
        _: GuestTaskId,
    ) -> Pin<Box<dyn Future<Output = ()> + 'static + Send + Sync>> {
        Box::pin(std::future::pending())
    }

    fn drop(&self, store: Store<InstanceState>, result: wasmtime::Result<()>) {
        if let Err(error) = result {
            let error = anyhow::Error::from(error);
            log::error(format_args!(
                "component {}, which ends with all its requests: {error:#}",
                self.0.id
            ));
        }
        drop(store);
    }
}
