//! Between `http` types and WASI resources: headers, bodies, methods.

use super::Out;
use crate::entry::{DISCARDED, MAX_BODY, Request, Response};
use crate::http_types::{self, method_in};
use http::{HeaderMap, HeaderValue, StatusCode, Uri};
use wasip3::http::types as w;
pub(crate) use wasip3::http::types::Request as Incoming;
use wasip3::wit_bindgen::{FutureReader, FutureWriter, StreamReader, StreamResult, StreamWriter};
use wasip3::{wit_future, wit_stream};

/// Bytes read by one call.
const CHUNK: usize = 64 * 1024;

/// The end of a body, with its trailers.
pub(crate) type End = Result<Option<w::Trailers>, w::ErrorCode>;

/// The request, and what is wrong when it cannot be read whole: as far as it got, for what its answer needs to know.
pub(crate) async fn read_request(request: Incoming) -> (Request, Result<(), StatusCode>) {
    let mut out = http::Request::new(Vec::new());
    *out.headers_mut() = headers_in(&request.get_headers());
    let result = read_into(&mut out, request).await;
    (out, result)
}

async fn read_into(out: &mut Request, request: Incoming) -> Result<(), StatusCode> {
    *out.method_mut() = method_in(&request.get_method()).ok_or(StatusCode::NOT_IMPLEMENTED)?;
    *out.uri_mut() = request
        .get_path_with_query()
        .unwrap_or_else(|| "/".to_owned())
        .parse::<Uri>()
        .map_err(|_| StatusCode::BAD_REQUEST)?;
    // What becomes of the body here is of no interest to the host.
    let (_read, reading) = wit_future::new(|| Ok(()));
    let (mut stream, end) = Incoming::consume_body(request, reading);
    *out.body_mut() = match read_all(&mut stream, end).await {
        Err(StatusCode::PAYLOAD_TOO_LARGE) => {
            discard(&mut stream).await;
            return Err(StatusCode::PAYLOAD_TOO_LARGE);
        }
        read => read?,
    };
    Ok(())
}

/// Reads on for a while and keeps nothing.
async fn discard(stream: &mut StreamReader<u8>) {
    let mut left = DISCARDED;
    let mut chunk = Vec::with_capacity(CHUNK);
    while left > 0 {
        chunk.clear();
        let read;
        (read, chunk) = stream.read(chunk).await;
        if !matches!(read, StreamResult::Complete(_)) {
            return;
        }
        left = left.saturating_sub(chunk.len());
    }
}

/// Reads to the end, and whether that is the end of a whole body.
pub(crate) async fn read_all(
    stream: &mut StreamReader<u8>,
    end: FutureReader<End>,
) -> Result<Vec<u8>, StatusCode> {
    let mut body = Vec::new();
    loop {
        // Into the room that the body has left, which grows with it.
        body.reserve(if body.is_empty() { CHUNK / 16 } else { CHUNK });
        let read;
        (read, body) = stream.read(body).await;
        if body.len() > MAX_BODY {
            return Err(StatusCode::PAYLOAD_TOO_LARGE);
        }
        if !matches!(read, StreamResult::Complete(_)) {
            break;
        }
    }
    match end.await {
        Ok(_) => Ok(body),
        Err(_) => Err(StatusCode::BAD_REQUEST),
    }
}

pub(crate) async fn write_response(out: Out, mut response: Response) -> Result<(), String> {
    let bytes = std::mem::take(response.body_mut());
    if bytes.is_empty() {
        return send_head(out, response, None, no_trailers());
    }
    let length = HeaderValue::from(bytes.len());
    response
        .headers_mut()
        .insert(http::header::CONTENT_LENGTH, length);
    let mut body = start_response(out, response)?;
    if body.write(bytes).await {
        Ok(())
    } else {
        Err("the connection is closed".to_owned())
    }
}

/// The end of an empty body.
pub(crate) fn no_trailers() -> FutureReader<End> {
    // Dropped here, the writer has said so; kept, it would have the reader wait.
    let (_end, trailers) = wit_future::new(|| Ok(None));
    trailers
}

/// A body under way.
pub(crate) struct Writing {
    pub(crate) stream: StreamWriter<u8>,
    /// Dropped, it says that there are no trailers.
    _end: FutureWriter<End>,
}

impl Writing {
    /// A body, and what the host gets of it.
    pub(crate) fn new() -> (Self, StreamReader<u8>, FutureReader<End>) {
        let (stream, contents) = wit_stream::new();
        let (_end, trailers) = wit_future::new(|| Ok(None));
        (Self { stream, _end }, contents, trailers)
    }

    /// Whether all of it was taken.
    pub(crate) async fn write(&mut self, bytes: Vec<u8>) -> bool {
        self.stream.write_all(bytes).await.is_empty()
    }
}

/// Sends status and headers, and returns the body that is to be written.
pub(crate) fn start_response(out: Out, response: Response) -> Result<Writing, String> {
    let (body, contents, trailers) = Writing::new();
    send_head(out, response, Some(contents), trailers)?;
    Ok(body)
}

fn send_head(
    out: Out,
    response: Response,
    contents: Option<StreamReader<u8>>,
    trailers: FutureReader<End>,
) -> Result<(), String> {
    let (parts, _) = response.into_parts();
    let (outgoing, _sent) = w::Response::new(headers_out(&parts.headers), contents, trailers);
    outgoing
        .set_status_code(parts.status.as_u16())
        .map_err(|()| "status".to_owned())?;
    out.send(outgoing).map_err(|_| "nobody waits".to_owned())
}

pub(crate) fn headers_out(headers: &HeaderMap) -> w::Fields {
    let fields = w::Fields::new();
    for (name, value) in headers {
        // A header that the host refuses (hop-by-hop) is left out: it is the host's business.
        let _ = fields.append(name.as_str(), value.as_bytes());
    }
    fields
}

pub(crate) fn headers_in(fields: &w::Fields) -> HeaderMap {
    http_types::headers_in(fields.copy_all())
}
