//! The host, seen from a component: entry point, work after the response, outbound HTTP, databases, variables, clock, log,
//! trace.
//!
//! This is the only crate that names an SDK. Everything else sees `http` types and the interface below, so that moving
//! to the next SDK generation touches this crate and the manifest alone. The functions are `async` for that reason:
//! WASI 0.2 calls block, those of WASI 0.3 do not.

mod clock;
mod database;
mod entry;
pub mod log;
mod outbound;
mod postgres;
mod random;
mod request_log;
mod row;
mod sqlite;
mod stream;
mod text_time;
pub mod trace;
mod value;
pub mod variables;
mod wire;

pub use clock::{new_id, now, sleep};
pub use database::{Database, DbError, Dialect};
pub use entry::{MAX_BODY, Reply, Request, Response, serve};
pub use outbound::{SendError, send, send_while};
pub use random::random;
pub use row::{Column, Row, RowError, Rows};
pub use stream::Body;
pub use value::Value;

#[doc(hidden)]
pub use wasi as __wasi;

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
