//! The HTTP server: accepts connections, routes requests, answers for the components that fail.

use std::collections::HashMap;
use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::sync::Arc;

use anyhow::{Context as _, Result};
use bytes::Bytes;
use http::{Request, Response, StatusCode};
use http_body_util::{BodyExt as _, Empty, Full};
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::TokioIo;
use tokio::net::{TcpListener, TcpStream};
use wasmtime_wasi_http::WasiBody;

use crate::chaining::{self, Answer, Chain};
use crate::engine::LoadedComponent;
use crate::instance::Shared;
use crate::routes::{RouteMatch, Router};
use crate::{executor, headers, log};

/// Paths that the host answers itself.
const WELL_KNOWN: &str = "/.well-known/spin/";

/// The running application.
pub(crate) struct App {
    pub(crate) router: Router,
    pub(crate) components: HashMap<String, LoadedComponent>,
    pub(crate) shared: Arc<Shared>,
}

/// What a chained request has for a client address, as in Spin.
const CHAINED_CLIENT: SocketAddr = SocketAddr::new(IpAddr::V4(Ipv4Addr::UNSPECIFIED), 0);

impl App {
    /// Serves connections; returns only when the listener breaks.
    pub(crate) async fn serve(self: Arc<Self>, listener: TcpListener) -> Result<()> {
        loop {
            let (stream, client) = listener
                .accept()
                .await
                .context("cannot accept connections")?;
            tokio::spawn(self.clone().serve_connection(stream, client));
        }
    }

    async fn serve_connection(self: Arc<Self>, stream: TcpStream, client: SocketAddr) {
        // Or the last piece of a response waits for the client's acknowledgement of the one before.
        let _ = stream.set_nodelay(true);
        let service = service_fn(move |request: Request<hyper::body::Incoming>| {
            let app = self.clone();
            async move {
                app.handle(
                    request.map(|body| body.map_err(Into::into).boxed_unsync()),
                    client,
                )
                .await
            }
        });
        let connection = http1::Builder::new().serve_connection(TokioIo::new(stream), service);
        if let Err(error) = connection.await {
            // A client that goes away while nothing is under way is no error.
            if !error.is_incomplete_message() && !error.is_closed() {
                log::error(format_args!("connection from {client}: {error}"));
            }
        }
    }

    async fn handle(
        self: &Arc<Self>,
        mut request: Request<WasiBody>,
        client: SocketAddr,
    ) -> Result<Response<WasiBody>> {
        chaining::strip_host(&mut request);
        match request.uri().path().strip_prefix(WELL_KNOWN) {
            Some("health") => return Ok(Response::new(full("OK"))),
            Some(_) => return Ok(empty(StatusCode::NOT_FOUND)),
            None => {}
        }
        match self.router.route(request.uri().path()) {
            Some(found) => self.run(request, &found, client).await,
            None => Ok(empty(StatusCode::NOT_FOUND)),
        }
    }

    /// Runs the component that was found, and answers 500 for it when it fails.
    async fn run(
        self: &Arc<Self>,
        mut request: Request<WasiBody>,
        found: &RouteMatch,
        client: SocketAddr,
    ) -> Result<Response<WasiBody>> {
        headers::make_absolute(&mut request)?;
        let id = &found.component;
        let component = self
            .components
            .get(id)
            .with_context(|| format!("unknown component '{id}'"))?;
        let answer = match headers::add_spin_headers(&mut request, found, client) {
            Ok(()) => executor::run(component, &self.shared, self.clone(), request).await,
            Err(error) => Err(error),
        };
        Ok(answer.unwrap_or_else(|error| {
            log::error(format_args!("component {id}: {error:#}"));
            empty(StatusCode::INTERNAL_SERVER_ERROR)
        }))
    }
}

impl Chain for App {
    fn chain(self: Arc<Self>, component: String, request: Request<WasiBody>) -> Answer {
        Box::pin(async move {
            let found = RouteMatch::chained(&component, request.uri().path());
            self.run(request, &found, CHAINED_CLIENT).await
        })
    }
}

fn full(text: &'static str) -> WasiBody {
    Full::new(Bytes::from_static(text.as_bytes()))
        .map_err(|never| match never {})
        .boxed_unsync()
}

fn empty(status: StatusCode) -> Response<WasiBody> {
    let mut response = Response::new(Empty::new().map_err(|never| match never {}).boxed_unsync());
    *response.status_mut() = status;
    response
}
