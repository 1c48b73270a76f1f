//! Between `http` types and WASI resources: headers, bodies, methods.

use super::Out;
use crate::entry::{DISCARDED, MAX_BODY, Request, Response};
use crate::http_types::{self, method_in};
use http::{HeaderMap, HeaderValue, StatusCode, Uri};
use wasi::http::types as w;
pub(crate) use wasi::http::types::IncomingRequest as Incoming;
use wasi::io::streams::{InputStream, OutputStream, StreamError};

/// Bytes read or written by one call.
const CHUNK: usize = 64 * 1024;

/// The request, and what is wrong when it cannot be read whole: as far as it got, for what its answer needs to know.
pub(crate) fn read_request(request: Incoming) -> (Request, Result<(), StatusCode>) {
    let mut out = http::Request::new(Vec::new());
    *out.headers_mut() = headers_in(&request.headers());
    let result = read_into(&mut out, &request);
    (out, result)
}

fn read_into(out: &mut Request, request: &Incoming) -> Result<(), StatusCode> {
    *out.method_mut() = method_in(&request.method()).ok_or(StatusCode::NOT_IMPLEMENTED)?;
    *out.uri_mut() = request
        .path_with_query()
        .unwrap_or_else(|| "/".to_owned())
        .parse::<Uri>()
        .map_err(|_| StatusCode::BAD_REQUEST)?;
    let body = request.consume().map_err(|()| StatusCode::BAD_REQUEST)?;
    let stream = body.stream().map_err(|()| StatusCode::BAD_REQUEST)?;
    *out.body_mut() = read_all(&stream, |_| true).inspect_err(|_| discard(&stream))?;
    Ok(())
}

/// Reads on for a while and keeps nothing.
fn discard(stream: &InputStream) {
    let mut left = DISCARDED;
    while let Ok(chunk) = stream.blocking_read(CHUNK as u64)
        && left > 0
    {
        left = left.saturating_sub(chunk.len());
    }
}

/// Reads to the end. `wait` blocks until there is something to read; `false` ends with 504.
pub(crate) fn read_all(
    stream: &InputStream,
    wait: impl Fn(&InputStream) -> bool,
) -> Result<Vec<u8>, StatusCode> {
    let mut body = Vec::new();
    loop {
        if !wait(stream) {
            return Err(StatusCode::GATEWAY_TIMEOUT);
        }
        match stream.blocking_read(CHUNK as u64) {
            Ok(chunk) => body.extend_from_slice(&chunk),
            Err(StreamError::Closed) => return Ok(body),
            Err(StreamError::LastOperationFailed(_)) => return Err(StatusCode::BAD_REQUEST),
        }
        if body.len() > MAX_BODY {
            return Err(StatusCode::PAYLOAD_TOO_LARGE);
        }
    }
}

pub(crate) fn write_response(out: Out, mut response: Response) -> Result<(), String> {
    let bytes = std::mem::take(response.body_mut());
    if !bytes.is_empty() {
        let length = HeaderValue::from(bytes.len());
        response
            .headers_mut()
            .insert(http::header::CONTENT_LENGTH, length);
    }
    let body = start_response(out, response)?;
    write_body(body, &bytes).map_err(|error| error.to_string())
}

/// Sends status and headers, and returns the body that is to be written.
pub(crate) fn start_response(
    out: Out,
    response: Response,
) -> Result<w::OutgoingBody, &'static str> {
    let (parts, _) = response.into_parts();
    let outgoing = w::OutgoingResponse::new(headers_out(&parts.headers)?);
    outgoing
        .set_status_code(parts.status.as_u16())
        .map_err(|()| "status")?;
    let body = outgoing.body().map_err(|()| "body")?;
    w::ResponseOutparam::set(out, Ok(outgoing));
    Ok(body)
}

pub(crate) fn write_body(body: w::OutgoingBody, bytes: &[u8]) -> Result<(), StreamError> {
    let stream = body.write().map_err(|()| StreamError::Closed)?;
    write_all(&stream, bytes)?;
    drop(stream);
    // A peer that knows the length may have gone when it had the last byte: that is no failure.
    let _ = w::OutgoingBody::finish(body, None);
    Ok(())
}

fn write_all(stream: &OutputStream, mut bytes: &[u8]) -> Result<(), StreamError> {
    while !bytes.is_empty() {
        let permit = usize::try_from(stream.check_write()?).unwrap_or(CHUNK);
        if permit == 0 {
            stream.subscribe().block();
            continue;
        }
        let (now, later) = bytes.split_at(permit.min(bytes.len()));
        stream.write(now)?;
        bytes = later;
    }
    let _ = stream.blocking_flush();
    Ok(())
}

/// All in one call of the host. It refuses them all for one that is its own business (hop-by-hop), which we never set.
pub(crate) fn headers_out(headers: &HeaderMap) -> Result<w::Fields, &'static str> {
    let mut entries = Vec::with_capacity(headers.len());
    for (name, value) in headers {
        entries.push((name.as_str().to_owned(), value.as_bytes().to_vec()));
    }
    w::Fields::from_list(&entries).map_err(|_| "headers")
}

pub(crate) fn headers_in(fields: &w::Fields) -> HeaderMap {
    http_types::headers_in(fields.entries())
}
