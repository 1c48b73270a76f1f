//! The host by WASI 0.3 and spin-sdk 7, for Spin 4.1 and later: an instance serves many requests, also at the same time, and
//! keeps its connection to the database.

pub(crate) mod clock;
pub(crate) mod log;
pub(crate) mod outbound;
pub(crate) mod postgres;
pub(crate) mod serve;
pub(crate) mod sqlite;
pub(crate) mod stream;
pub(crate) mod variables;
pub(crate) mod wire;

pub(crate) use wasip3::random::random::get_random_bytes as random;

/// Takes the head of the answer to a request.
pub(crate) type Out = futures::channel::oneshot::Sender<wasip3::http::types::Response>;

/// What the macro of the entry point names.
pub use wasip3 as bindings;

/// A call of the host that other requests need not wait for.
macro_rules! wait {
    ($call:expr) => {
        $call.await
    };
}
pub(crate) use wait;
