//! Service chaining: requests from one component to another by name, `http://<component>.spin.internal/...`, in this
//! process. Whether a component may is `outbound`'s to check; what takes them is `server`.

use std::pin::Pin;
use std::sync::Arc;

use anyhow::Result;
use http::header::HOST;
use http::{Request, Response, Uri};
use wasmtime_wasi_http::WasiBody;

const SUFFIX: &str = ".spin.internal";

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

/// The answer to a chained request.
pub(crate) type Answer = Pin<Box<dyn Future<Output = Result<Response<WasiBody>>> + Send>>;

/// Takes a request from one component to another.
pub(crate) trait Chain: Send + Sync {
    /// The answer of `component`, whatever its routes are.
    fn chain(self: Arc<Self>, component: String, request: Request<WasiBody>) -> Answer;
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
