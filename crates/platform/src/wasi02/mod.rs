//! The host by WASI 0.2 and spin-sdk 5, for Spin 3.6 and later: each request has an instance of its own, and every call blocks
//! until it is done.

pub(crate) mod clock;
pub(crate) mod log;
pub(crate) mod outbound;
pub(crate) mod postgres;
pub(crate) mod serve;
pub(crate) mod sqlite;
pub(crate) mod stream;
pub(crate) mod variables;
pub(crate) mod wire;

pub(crate) use wasi::http::types::ResponseOutparam as Out;
pub(crate) use wasi::random::random::get_random_bytes as random;

/// What the macro of the entry point names.
pub use wasi as bindings;

/// A call of the host that is done when it returns.
macro_rules! wait {
    ($call:expr) => {
        $call
    };
}
pub(crate) use wait;
