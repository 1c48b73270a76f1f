//! `wasi:http/outgoing-handler@0.2`.

use super::wire;
use crate::entry::{Request, Response};
use crate::outbound::{SendError, address, nanos, refused};
use http::StatusCode;
use std::time::Duration;
use wasi::clocks::monotonic_clock;
use wasi::http::outgoing_handler;
use wasi::http::types as w;
pub(crate) use wasi::http::types::OutgoingRequest as Outgoing;
use wasi::io::poll::{Pollable, poll};

/// Like [`crate::send`], and calls `meanwhile` each time that `every` has passed without an answer.
///
/// # Errors
/// [`SendError`]; an answer of any status is not an error.
pub async fn send_while(
    request: Request,
    timeout: Duration,
    every: Duration,
    meanwhile: impl AsyncFn(),
) -> Result<Response, SendError> {
    let limit = nanos(timeout);
    let deadline = monotonic_clock::subscribe_duration(limit);
    let (parts, bytes) = request.into_parts();
    let outgoing = outgoing_request(&parts)?;
    let body = outgoing
        .body()
        .map_err(|()| SendError::Invalid("body".to_owned()))?;
    let options = options(limit);
    let future = outgoing_handler::handle(outgoing, Some(options)).map_err(refused)?;
    // A body that cannot be written whole shows in the answer, or in its absence.
    let _ = wire::write_body(body, &bytes);
    let ready = future.subscribe();
    loop {
        let pause = monotonic_clock::subscribe_duration(nanos(every));
        let passed = poll(&[&ready, &deadline, &pause]);
        if passed.contains(&0) {
            break;
        }
        if passed.contains(&1) {
            return Err(SendError::Timeout(timeout));
        }
        meanwhile().await;
    }
    let answer = match future.get() {
        Some(Ok(Ok(answer))) => answer,
        Some(Ok(Err(error))) => return Err(refused(error)),
        _ => return Err(SendError::Unreachable("no response".to_owned())),
    };
    read_answer(answer, &deadline, timeout)
}

fn read_answer(
    answer: w::IncomingResponse,
    deadline: &Pollable,
    timeout: Duration,
) -> Result<Response, SendError> {
    let broken = || SendError::Unreachable("response broken".to_owned());
    let mut response = Response::new(Vec::new());
    *response.status_mut() = StatusCode::from_u16(answer.status()).map_err(|_| broken())?;
    *response.headers_mut() = wire::headers_in(&answer.headers());
    let body = answer.consume().map_err(|()| broken())?;
    let stream = body.stream().map_err(|()| broken())?;
    *response.body_mut() = wire::read_all(&stream, |stream| wait(&stream.subscribe(), deadline))
        .map_err(|status| match status {
            StatusCode::GATEWAY_TIMEOUT => SendError::Timeout(timeout),
            _ => broken(),
        })?;
    Ok(response)
}

fn outgoing_request(parts: &http::request::Parts) -> Result<Outgoing, SendError> {
    let headers =
        wire::headers_out(&parts.headers).map_err(|error| SendError::Invalid(error.to_owned()))?;
    let request = Outgoing::new(headers);
    address(&request, parts)?;
    Ok(request)
}

/// The host's own time-outs, so that it lets go of the connection too when the deadline has passed.
fn options(nanos: u64) -> w::RequestOptions {
    let options = w::RequestOptions::new();
    // A host without support for an option keeps its default; our own deadline holds all the same.
    let _ = options.set_connect_timeout(Some(nanos));
    let _ = options.set_first_byte_timeout(Some(nanos));
    let _ = options.set_between_bytes_timeout(Some(nanos));
    options
}

/// Blocks until `ready`; `false` when the deadline came first.
fn wait(ready: &Pollable, deadline: &Pollable) -> bool {
    poll(&[ready, deadline]).contains(&0)
}
