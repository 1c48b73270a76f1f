//! Outbound HTTP with one deadline over the whole call: a neighbour that hangs must not hold an instance for ever.

use crate::entry::{Request, Response};
pub use crate::host::outbound::send_while;
use std::time::Duration;

/// Why a call had no answer.
#[derive(Debug, thiserror::Error)]
pub enum SendError {
    /// The request cannot be sent at all: a URI without scheme or authority, or refused by the host's permissions.
    #[error("request not possible: {0}")]
    Invalid(String),
    /// No connection, or a broken one.
    #[error("no answer: {0}")]
    Unreachable(String),
    /// The deadline passed.
    #[error("no answer within {} ms", millis(*.0))]
    Timeout(Duration),
}

/// Sends a request and reads the whole answer, within `timeout` altogether.
///
/// # Errors
/// [`SendError`]; an answer of any status is not an error.
pub async fn send(request: Request, timeout: Duration) -> Result<Response, SendError> {
    send_while(request, timeout, timeout, async || ()).await
}

/// In 64 bits: formatting 128 would add 3 KB to every component.
fn millis(time: Duration) -> u64 {
    nanos(time) / 1_000_000
}

pub(crate) fn nanos(time: Duration) -> u64 {
    u64::try_from(time.as_nanos()).unwrap_or(u64::MAX)
}
