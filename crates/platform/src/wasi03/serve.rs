//! The entry point, `wasi:http/handler@0.3`: an instance serves many requests, side by side.

use super::wire::Incoming;
use crate::entry::{Reply, Request, Response, answer};
use crate::per_request::PerRequest;
use futures::channel::oneshot;
use std::future::Future;
use wasip3::http::types::{ErrorCode, Response as Outgoing};

/// Makes an `async fn(Request) -> Reply` the HTTP entry point of the component, which logs under the name of its crate. A
/// second function may change every answer, see [`serve`].
#[macro_export]
macro_rules! component {
    ($handler:path) => {
        $crate::component!($handler, |_| |_| ());
    };
    ($handler:path, $finish:expr) => {
        struct Component;

        impl $crate::__wasi::exports::http::handler::Guest for Component {
            async fn handle(
                request: $crate::__wasi::http::types::Request,
            ) -> Result<$crate::__wasi::http::types::Response, $crate::__wasi::http::types::ErrorCode>
            {
                $crate::serve(env!("CARGO_PKG_NAME"), request, $handler, $finish).await
            }
        }

        $crate::__wasi::http::service::export!(Component with_types_in $crate::__wasi);
    };
}

/// Serves one request; called by [`crate::component!`] with the component's name. `finish` looks at the request, also at one
/// that no handler gets to see, and returns what is to be done with its answer.
///
/// # Errors
/// Never: even a request that cannot be read has an answer.
pub async fn serve<F, Fut, G, H>(
    component: &'static str,
    request: Incoming,
    handler: F,
    finish: G,
) -> Result<Outgoing, ErrorCode>
where
    F: FnOnce(Request) -> Fut + 'static,
    Fut: Future<Output = Reply> + 'static,
    G: FnOnce(&Request) -> H + 'static,
    H: FnOnce(&mut Response) + 'static,
{
    crate::log::set_component(component);
    let (out, head) = oneshot::channel();
    // A task of its own, because it goes on after this function has returned the head: with the body, and the work after it.
    wasip3::spawn(PerRequest::new(answer(request, out, handler, finish)));
    head.await
        .map_err(|_| ErrorCode::InternalError(Some("no answer".to_owned())))
}
