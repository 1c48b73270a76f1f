//! The entry point, `wasi:http/incoming-handler@0.2`: an instance serves one request.

use super::Out;
use super::wire::Incoming;
use crate::entry::{Reply, Request, Response, answer};
use std::future::Future;
use std::pin::pin;
use std::task::{Context, Waker};

/// Makes an `async fn(Request) -> Reply` the HTTP entry point of the component, which logs under the name of its crate. A
/// second function may change every answer, see [`serve`].
#[macro_export]
macro_rules! component {
    ($handler:path) => {
        $crate::component!($handler, |_| |_| ());
    };
    ($handler:path, $finish:expr) => {
        struct Component;

        impl $crate::__wasi::exports::http::incoming_handler::Guest for Component {
            fn handle(
                request: $crate::__wasi::http::types::IncomingRequest,
                out: $crate::__wasi::http::types::ResponseOutparam,
            ) {
                $crate::serve(env!("CARGO_PKG_NAME"), request, out, $handler, $finish);
            }
        }

        $crate::__wasi::http::proxy::export!(Component with_types_in $crate::__wasi);
    };
}

/// Serves one request; called by [`crate::component!`] with the component's name. `finish` looks at the request, also at one
/// that no handler gets to see, and returns what is to be done with its answer.
pub fn serve<F, Fut, G, H>(
    component: &'static str,
    request: Incoming,
    out: Out,
    handler: F,
    finish: G,
) where
    F: FnOnce(Request) -> Fut,
    Fut: Future<Output = Reply>,
    G: FnOnce(&Request) -> H,
    H: FnOnce(&mut Response),
{
    crate::log::set_component(component);
    run(answer(request, out, handler, finish));
}

/// Every WASI 0.2 call under our futures blocks until it is done, so a future that yields would never be woken; polling
/// it again is all there is to do.
fn run(future: impl Future<Output = ()>) {
    let mut future = pin!(future);
    let mut context = Context::from_waker(Waker::noop());
    while future.as_mut().poll(&mut context).is_pending() {}
}
