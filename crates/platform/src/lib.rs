//! The host, seen from a component: entry point, work after the response, outbound HTTP, databases, variables, clock, log,
//! trace.
//!
//! This is the only crate that names an SDK. Everything else sees `http` types and the interface below, so that moving
//! to the next SDK generation touches this crate and the manifest alone. The functions are `async` for that reason:
//! WASI 0.2 calls block, those of WASI 0.3 do not.
//!
//! What differs between the two generations lies in `wasi02` and `wasi03`, in modules of the same names; of the two, `host` is the
//! one that is compiled.

mod clock;
mod database;
mod entry;
#[cfg_attr(feature = "wasi03", path = "wasi03/mod.rs")]
#[cfg_attr(not(feature = "wasi03"), path = "wasi02/mod.rs")]
mod host;
mod http_types;
#[cfg(any(feature = "wasi03", test))]
mod kept;
pub mod log;
mod outbound;
#[cfg(any(feature = "wasi03", test))]
mod per_request;
mod postgres;
mod random;
mod request_log;
mod row;
#[cfg(any(feature = "wasi03", test))]
mod shared;
mod sqlite;
mod text_time;
pub mod trace;
mod value;
pub mod variables;

pub use clock::{new_id, now};
pub use database::{Database, DbError, Dialect};
pub use entry::{MAX_BODY, Reply, Request, Response};
pub use host::clock::sleep;
pub use host::serve::serve;
pub use host::stream::Body;
pub use outbound::{SendError, send, send_while};
pub use random::random;
pub use row::{Column, Row, RowError, Rows};
pub use value::Value;

#[doc(hidden)]
pub use host::bindings as __wasi;
