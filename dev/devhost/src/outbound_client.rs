//! Plain HTTP/1.1 to other servers, with the timeouts of `wasi:http`. No TLS: this application talks to a sidecar on the
//! same machine.

use std::error::Error as _;
use std::pin::Pin;
use std::task::{Context, Poll, ready};
use std::time::Duration;

use bytes::Bytes;
use http::uri::Scheme;
use http::{Request, Response, Uri};
use http_body_util::BodyExt as _;
use hyper::body::{Body, Frame, SizeHint};
use hyper_util::client::legacy;
use hyper_util::rt::{TokioExecutor, TokioIo};
use tokio::net::TcpStream;
use tokio::time::{Instant, Sleep, sleep, timeout};
use wasmtime_wasi_http::{Error, RequestOptions, WasiBody};

/// Spin's default for each of the three timeouts of a request.
const DEFAULT_TIMEOUT: Duration = Duration::from_secs(600);

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

/// Sends requests; keeps connections for the next one when asked to.
#[derive(Clone)]
pub(crate) struct Client(legacy::Client<Connector, WasiBody>);

impl Client {
    /// `pooled`: keep connections open between requests.
    pub(crate) fn new(pooled: bool) -> Self {
        let mut builder = legacy::Client::builder(TokioExecutor::new());
        if !pooled {
            builder.pool_max_idle_per_host(0);
        }
        Self(builder.build(Connector))
    }

    /// Sends a request whose permission is checked.
    pub(crate) async fn send(
        &self,
        request: Request<WasiBody>,
        timeouts: Timeouts,
    ) -> Result<Response<WasiBody>, Error> {
        if request.uri().scheme() == Some(&Scheme::HTTPS) {
            return Err(Error::InternalError(Some(
                "devhost does not speak https".to_owned(),
            )));
        }
        let response = CONNECT_TIMEOUT.scope(timeouts.connect, self.0.request(request));
        let response = timeout(timeouts.first_byte, response)
            .await
            .map_err(|_| Error::ConnectionReadTimeout)?;
        let body = |body: hyper::body::Incoming| body.map_err(Error::from).boxed_unsync();
        let response = response.map_err(|error| request_error(&error))?.map(body);
        Ok(response.map(|body| IdleLimit::wrap(body, timeouts.between_bytes)))
    }
}

tokio::task_local! {
    /// The pool hands its connector nothing but an address, so the timeout travels beside the call.
    static CONNECT_TIMEOUT: Duration;
}

/// Opens TCP connections.
#[derive(Clone)]
struct Connector;

/// Why there is no connection.
#[derive(Debug, Clone, Copy, thiserror::Error)]
#[error("{self:?}")]
enum ConnectError {
    NoSuchHost,
    Refused,
    Timeout,
}

type Stream = TokioIo<TcpStream>;

impl tower_service::Service<Uri> for Connector {
    type Response = Stream;
    type Error = ConnectError;
    type Future = Pin<Box<dyn Future<Output = Result<Stream, ConnectError>> + Send>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), ConnectError>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, uri: Uri) -> Self::Future {
        let limit = CONNECT_TIMEOUT
            .try_get()
            .unwrap_or(Duration::from_secs(600));
        Box::pin(connect(uri, limit))
    }
}

async fn connect(uri: Uri, limit: Duration) -> Result<Stream, ConnectError> {
    let host = uri.host().ok_or(ConnectError::NoSuchHost)?;
    // A literal IPv6 address has brackets in a URI only.
    let address = (host.trim_matches(['[', ']']), uri.port_u16().unwrap_or(80));
    let addresses = tokio::net::lookup_host(address)
        .await
        .map_err(|_| ConnectError::NoSuchHost)?;
    let addresses: Vec<_> = addresses.collect();
    let stream = timeout(limit, TcpStream::connect(&*addresses))
        .await
        .map_err(|_| ConnectError::Timeout)?;
    let stream = stream.map_err(|_| ConnectError::Refused)?;
    // A small request must not wait for the acknowledgement of the one before.
    let _ = stream.set_nodelay(true);
    Ok(TokioIo::new(stream))
}

fn request_error(error: &legacy::Error) -> Error {
    let cause = error.source();
    match cause.and_then(|cause| cause.downcast_ref::<ConnectError>()) {
        Some(ConnectError::NoSuchHost) => Error::DnsError {
            rcode: Some("address not available".to_owned()),
            info_code: Some(0),
        },
        Some(ConnectError::Refused) => Error::ConnectionRefused,
        Some(ConnectError::Timeout) => Error::ConnectionTimeout,
        None => Error::HttpProtocolError,
    }
}

/// A body that fails when it pauses for too long.
pub(crate) struct IdleLimit {
    body: WasiBody,
    limit: Duration,
    pause: Pin<Box<Sleep>>,
}

impl IdleLimit {
    /// `body`, with at most `limit` between two of its frames.
    pub(crate) fn wrap(body: WasiBody, limit: Duration) -> WasiBody {
        Self {
            body,
            limit,
            pause: Box::pin(sleep(limit)),
        }
        .boxed_unsync()
    }
}

impl Body for IdleLimit {
    type Data = Bytes;
    type Error = Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Error>>> {
        let this = &mut *self;
        if let Poll::Ready(frame) = Pin::new(&mut this.body).poll_frame(context) {
            // An instant out of range means: never.
            if let Some(next) = Instant::now().checked_add(this.limit) {
                this.pause.as_mut().reset(next);
            }
            return Poll::Ready(frame);
        }
        ready!(this.pause.as_mut().poll(context));
        Poll::Ready(Some(Err(Error::ConnectionReadTimeout)))
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}
