//! `wasi:http/outgoing-handler`: the permission check, then either service chaining or a real request.

use std::sync::Arc;

use http::header::HOST;
use http::{Request, Response};
use wasmtime_wasi_http::{Error, RequestOptions, WasiBody, WasiHttpHooks};

use crate::chaining::{self, Chain};
use crate::component::ComponentInfo;
use crate::log;
use crate::outbound_client::{Client, IdleLimit, Timeouts};

/// The future of `wasi:http` that tells how a request or a response body ended.
type Finished = Box<dyn Future<Output = Result<(), Error>> + Send>;

/// A response, and its `Finished`.
type Answered = Result<(Response<WasiBody>, Finished), Error>;

/// The requests of one instance.
pub(crate) struct Outbound {
    chain: Arc<dyn Chain>,
    client: Client,
    component: Arc<ComponentInfo>,
}

impl Outbound {
    /// For an instance of `component`.
    pub(crate) fn new(
        chain: Arc<dyn Chain>,
        client: Client,
        component: Arc<ComponentInfo>,
    ) -> Self {
        Self {
            chain,
            client,
            component,
        }
    }
}

impl WasiHttpHooks for Outbound {
    fn send_request(
        &mut self,
        request: Request<WasiBody>,
        options: Option<RequestOptions>,
        _finished: Finished,
    ) -> Box<dyn Future<Output = Answered> + Send> {
        let (chain, client) = (self.chain.clone(), self.client.clone());
        let component = self.component.clone();
        Box::new(async move {
            let response = send(chain, &client, &component, request, options.into()).await?;
            Ok((response, Box::new(async { Ok(()) }) as Finished))
        })
    }
}

async fn send(
    chain: Arc<dyn Chain>,
    client: &Client,
    component: &ComponentInfo,
    mut request: Request<WasiBody>,
    timeouts: Timeouts,
) -> Result<Response<WasiBody>, Error> {
    if !component.may_request(&request.uri().to_string(), "https") {
        return Err(Error::HttpRequestDenied);
    }
    request.headers_mut().remove(HOST);
    let Some(target) = chaining::target(request.uri()).map(str::to_owned) else {
        return client.send(request, timeouts).await;
    };
    // As in Spin, only the wait between two pieces of the body is limited for a chained request.
    let response = chain
        .chain(target.clone(), request)
        .await
        .map_err(|error| {
            log::error(format_args!(
                "chaining from {} to {target}: {error:#}",
                component.id
            ));
            Error::InternalError(Some(format!("{error:#}")))
        })?;
    Ok(response.map(|body| IdleLimit::wrap(body, timeouts.between_bytes)))
}
