//! Service chaining: requests from one component to another by name, `http://<component>.spin.internal/...`, in this
//! process. Whether a component may is `outbound`'s to check.

use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::sync::Arc;

use anyhow::Result;
use http::header::HOST;
use http::{Request, Response, Uri};
use wasmtime_wasi_http::WasiBody;

use crate::routes::RouteMatch;
use crate::server::App;

const SUFFIX: &str = ".spin.internal";

/// What a chained request has for a client address, as in Spin.
const CLIENT: SocketAddr = SocketAddr::new(IpAddr::V4(Ipv4Addr::UNSPECIFIED), 0);

/// The component that `uri` addresses, if it does.
pub(crate) fn target(uri: &Uri) -> Option<&str> {
    let target = uri.host()?.strip_suffix(SUFFIX)?;
    (!target.contains('.')).then_some(target)
}

/// A client from outside must not pose as a chained request.
pub(crate) fn strip_host<B>(request: &mut Request<B>) {
    let host = request
        .headers()
        .get(HOST)
        .and_then(|host| host.to_str().ok());
    let uri = host.and_then(|host| format!("http://{host}/").parse::<Uri>().ok());
    if uri.as_ref().and_then(target).is_some() {
        request.headers_mut().remove(HOST);
    }
}

impl App {
    /// The answer of `component` to a request from another one, whatever their routes are.
    pub(crate) async fn chain(
        self: &Arc<Self>,
        component: &str,
        request: Request<WasiBody>,
    ) -> Result<Response<WasiBody>> {
        let found = RouteMatch::chained(component, request.uri().path());
        // Boxed: a component may chain to one that chains.
        Box::pin(self.run(request, &found, CLIENT)).await
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn chaining_goes_to_the_first_label() {
        let target = |uri: &str| target(&uri.parse().unwrap()).map(str::to_owned);
        assert_eq!(
            target("http://task-events.spin.internal/a"),
            Some("task-events".into())
        );
        assert_eq!(
            target("http://task-events.spin.internal:80/a"),
            Some("task-events".into())
        );
        assert_eq!(target("http://a.b.spin.internal/"), None);
        assert_eq!(target("http://spin.internal/"), None);
    }

    #[test]
    fn a_host_header_of_service_chaining_is_dropped() {
        let mut request = Request::get("/")
            .header(HOST, "a.spin.internal:80")
            .body(())
            .unwrap();
        strip_host(&mut request);
        assert!(request.headers().get(HOST).is_none());
    }
}
