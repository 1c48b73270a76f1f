//! Runs one request, in an instance of its own or in one of `reuse`. The client has its answer as soon as the component has set
//! it; the instance runs on until its handler returns.

use std::sync::Arc;

use anyhow::{Context as _, Result};
use http::{Request, Response};
use tokio::sync::oneshot;
use wasmtime::Store;
use wasmtime_wasi_http::p2::bindings::ProxyPre;
use wasmtime_wasi_http::p2::bindings::http::types::Scheme;
use wasmtime_wasi_http::{WasiBody, WasiHttpView as _};

use crate::chaining::Chain;
use crate::component::ComponentInfo;
use crate::engine::{Handler, LoadedComponent};
use crate::instance::{InstanceState, Shared};
use crate::log;

/// An instance at work.
type Work = tokio::task::JoinHandle<wasmtime::Result<()>>;

/// The component's response to `request`. Fails when there is none: a trap before the response, or a handler that
/// returns without one.
pub(crate) async fn run(
    component: &LoadedComponent,
    shared: &Arc<Shared>,
    chain: Arc<dyn Chain>,
    request: Request<WasiBody>,
) -> Result<Response<WasiBody>> {
    match &component.handler {
        Handler::Once(pre) => once(pre, &component.info, shared, chain, request).await,
        Handler::Reused(handler) => {
            handler.state().connect(shared, chain);
            Ok(handler.handle((), request).await?)
        }
    }
}

async fn once(
    pre: &ProxyPre<InstanceState>,
    component: &Arc<ComponentInfo>,
    shared: &Arc<Shared>,
    chain: Arc<dyn Chain>,
    request: Request<WasiBody>,
) -> Result<Response<WasiBody>> {
    let state = InstanceState::new(component, shared, chain);
    let mut store = Store::new(pre.engine(), state);
    let proxy = pre
        .instantiate_async(&mut store)
        .await
        .map_err(anyhow::Error::from)
        .context("cannot instantiate it")?;
    let mut http = store.data_mut().http();
    let request = http.new_incoming_request(Scheme::Http, request)?;
    let (sender, response) = oneshot::channel();
    let outparam = http.new_response_outparam(sender)?;

    // A task of its own: the work after the response goes on when the client is answered, and when it has gone away.
    let work: Work = tokio::spawn(async move {
        proxy
            .wasi_http_incoming_handler()
            .call_handle(&mut store, request, outparam)
            .await
    });
    match response.await {
        Ok(response) => {
            tokio::spawn(report_failure(component.id.clone(), work));
            response.context("the component answered with an error")
        }
        Err(_) => {
            finish(work).await?;
            Err(anyhow::anyhow!("it returned without a response"))
        }
    }
}

async fn report_failure(id: String, work: Work) {
    if let Err(error) = finish(work).await {
        log::error(format_args!(
            "component {id}, after its response started: {error:#}"
        ));
    }
}

async fn finish(work: Work) -> Result<()> {
    work.await.context("the host panicked")??;
    Ok(())
}
