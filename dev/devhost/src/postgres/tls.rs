//! TLS to PostgreSQL, which devhost does not have: where Spin would begin it, the connection fails.
//!
//! Spin asks every server for TLS unless the address says `sslmode=disable`, and verifies its certificate. A server that
//! declines is talked to in plain (`prefer`, the default). One that accepts must not be here either: the application
//! would work on devhost and then fail on Spin, whose trusted authorities rarely include that of a private server.

use std::future::{Ready, ready};

use tokio_postgres::tls::{MakeTlsConnect, NoTlsStream, TlsConnect};

/// Why a connection fails when the server has accepted TLS.
#[derive(Debug, thiserror::Error)]
#[error(
    "the server speaks TLS, which devhost does not; Spin would verify its certificate. With `sslmode=disable` in the \
     address the connection is a plain one, on both"
)]
pub(super) struct Unsupported;

/// Asks for TLS, and fails when it gets it.
#[derive(Clone, Copy, Debug)]
pub(super) struct AskOnly;

impl<S> MakeTlsConnect<S> for AskOnly {
    type Stream = NoTlsStream;
    type TlsConnect = Self;
    type Error = Unsupported;

    fn make_tls_connect(&mut self, _domain: &str) -> Result<Self, Unsupported> {
        Ok(Self)
    }
}

impl<S> TlsConnect<S> for AskOnly {
    type Stream = NoTlsStream;
    type Error = Unsupported;
    type Future = Ready<Result<NoTlsStream, Unsupported>>;

    fn connect(self, _stream: S) -> Self::Future {
        ready(Err(Unsupported))
    }
}
