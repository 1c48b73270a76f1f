//! `wasi:http/outgoing-handler`: the permission check, then either service chaining or a real request.

use std::sync::Arc;
use std::time::Duration;

use http::header::HOST;
use http::{Request, Response};
use wasmtime_wasi_http::{Error, RequestOptions, WasiBody, WasiHttpHooks};

use crate::allowed_hosts::AllowedHosts;
use crate::chaining;
use crate::engine::ComponentInfo;
use crate::log;
use crate::outbound_client::IdleLimit;
use crate::server::App;

pub(crate) use crate::outbound_client::Client;

/// Spin's default for each of the three timeouts of a request.
const DEFAULT_TIMEOUT: Duration = Duration::from_secs(600);

/// The future of `wasi:http` that tells how a request or a response body ended.
type Finished = Box<dyn Future<Output = Result<(), Error>> + Send>;

/// A response, and its `Finished`.
type Answer = Result<(Response<WasiBody>, Finished), Error>;

/// The requests of one instance.
pub(crate) struct Outbound {
    app: Arc<App>,
    component: Arc<ComponentInfo>,
}

/// How long to wait, all filled in.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Timeouts {
    pub(crate) connect: Duration,
    pub(crate) first_byte: Duration,
    pub(crate) between_bytes: Duration,
}

impl From<Option<RequestOptions>> for Timeouts {
    fn from(options: Option<RequestOptions>) -> Self {
        let options = options.unwrap_or_default();
        Self {
            connect: options.connect_timeout.unwrap_or(DEFAULT_TIMEOUT),
            first_byte: options.first_byte_timeout.unwrap_or(DEFAULT_TIMEOUT),
            between_bytes: options.between_bytes_timeout.unwrap_or(DEFAULT_TIMEOUT),
        }
    }
}

impl Outbound {
    /// For an instance of `component`.
    pub(crate) fn new(app: Arc<App>, component: Arc<ComponentInfo>) -> Self {
        Self { app, component }
    }
}

impl WasiHttpHooks for Outbound {
    fn send_request(
        &mut self,
        request: Request<WasiBody>,
        options: Option<RequestOptions>,
        _finished: Finished,
    ) -> Box<dyn Future<Output = Answer> + Send> {
        let (app, component) = (self.app.clone(), self.component.clone());
        Box::new(async move {
            let response = send(&app, &component, request, options.into()).await?;
            Ok((response, Box::new(async { Ok(()) }) as Finished))
        })
    }
}

async fn send(
    app: &Arc<App>,
    component: &ComponentInfo,
    mut request: Request<WasiBody>,
    timeouts: Timeouts,
) -> Result<Response<WasiBody>, Error> {
    if !component.may_request(&request.uri().to_string(), "https") {
        return Err(Error::HttpRequestDenied);
    }
    request.headers_mut().remove(HOST);
    let Some(target) = chaining::target(request.uri()).map(str::to_owned) else {
        return app.shared.http.send(request, timeouts).await;
    };
    // As in Spin, only the wait between two pieces of the body is limited for a chained request.
    let response = app.chain(&target, request).await.map_err(|error| {
        log::error(format_args!(
            "chaining from {} to {target}: {error:#}",
            component.id
        ));
        Error::InternalError(Some(format!("{error:#}")))
    })?;
    Ok(response.map(|body| IdleLimit::wrap(body, timeouts.between_bytes)))
}

impl ComponentInfo {
    /// Whether the component may connect to `url`. The templates of its `allowed_outbound_hosts` have their values of now;
    /// as in Spin, one that cannot be resolved forbids everything.
    pub(crate) fn may_request(&self, url: &str, scheme: &str) -> bool {
        let entries: Result<Vec<_>, _> = self
            .allowed_outbound_hosts
            .iter()
            .map(|entry| self.variables.resolve(entry))
            .collect();
        let allowed = entries
            .map_err(anyhow::Error::from)
            .and_then(AllowedHosts::parse);
        match allowed {
            Ok(hosts) if hosts.allows(url, scheme) => true,
            Ok(_) => {
                self.report_denied(url, scheme);
                false
            }
            Err(error) => {
                log::error(format_args!("component {}: {error:#}", self.id));
                false
            }
        }
    }

    fn report_denied(&self, url: &str, scheme: &str) {
        let origin = url::Url::parse(url).ok().filter(url::Url::has_host);
        let origin = origin.or_else(|| url::Url::parse(&format!("{scheme}://{url}")).ok());
        let host = origin.map_or_else(String::new, |url| {
            let port = url
                .port()
                .map_or_else(String::new, |port| format!(":{port}"));
            format!(
                "{}://{}{port}",
                url.scheme(),
                url.host_str().unwrap_or_default()
            )
        });
        log::error(format_args!(
            "component {} may not connect to {host}: not in its allowed_outbound_hosts",
            self.id
        ));
    }
}
