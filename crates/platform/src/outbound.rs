//! Outbound HTTP with one deadline over the whole call: a neighbour that hangs must not hold an instance for ever.

use crate::entry::{Request, Response};
use crate::host::bindings::http::types as w;
use crate::host::outbound::Outgoing;
pub use crate::host::outbound::send_while;
use crate::http_types::method_out;
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

/// Says of a request where it goes, and with which method.
pub(crate) fn address(request: &Outgoing, parts: &http::request::Parts) -> Result<(), SendError> {
    let invalid = |what: &str| SendError::Invalid(format!("{what} of {}", parts.uri));
    let scheme = match parts.uri.scheme_str() {
        Some("http") => w::Scheme::Http,
        Some("https") => w::Scheme::Https,
        _ => return Err(invalid("scheme")),
    };
    let authority = parts.uri.authority().ok_or_else(|| invalid("authority"))?;
    let path = parts
        .uri
        .path_and_query()
        .map_or("/", http::uri::PathAndQuery::as_str);
    request
        .set_method(&method_out(&parts.method))
        .map_err(|()| invalid("method"))?;
    request
        .set_scheme(Some(&scheme))
        .map_err(|()| invalid("scheme"))?;
    request
        .set_authority(Some(authority.as_str()))
        .map_err(|()| invalid("authority"))?;
    request
        .set_path_with_query(Some(path))
        .map_err(|()| invalid("path"))?;
    Ok(())
}

/// The host's reasons by name. Its own `Debug` text would add the formatting of forty variants to every component.
pub(crate) fn refused(error: w::ErrorCode) -> SendError {
    let reason = match error {
        w::ErrorCode::HttpRequestDenied => {
            return SendError::Invalid("not in allowed_outbound_hosts".to_owned());
        }
        w::ErrorCode::HttpRequestUriInvalid => return SendError::Invalid("bad URI".to_owned()),
        w::ErrorCode::ConnectionRefused => "connection refused",
        w::ErrorCode::ConnectionTerminated => "connection terminated",
        w::ErrorCode::ConnectionTimeout | w::ErrorCode::ConnectionReadTimeout => "time-out",
        w::ErrorCode::DestinationNotFound | w::ErrorCode::DnsError(_) => "host not found",
        w::ErrorCode::InternalError(Some(text)) => return SendError::Unreachable(text),
        _ => "connection failed",
    };
    SendError::Unreachable(reason.to_owned())
}
