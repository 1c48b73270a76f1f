//! Outbound HTTP with the timeouts of `wasi:http`, which spin-sdk's own `send` does not offer.

use serde::Deserialize;
use serde_json::{Value, json};
use spin_sdk::http::{Headers, Method, OutgoingBody, OutgoingRequest, Scheme};
use spin_sdk::wit::wasi::http0_2_0::outgoing_handler::handle;
use spin_sdk::wit::wasi::http0_2_0::types::{IncomingBody, RequestOptions};

#[derive(Deserialize)]
pub struct Fetch {
    url: String,
    /// Sent by POST, as JSON.
    body: Option<Value>,
    connect_ms: Option<u64>,
    first_byte_ms: Option<u64>,
    between_bytes_ms: Option<u64>,
}

/// Status and body of the response; an error by its name in `wasi:http`.
pub fn run(fetch: &Fetch) -> Result<Value, String> {
    let (scheme, rest) = fetch.url.split_once("://").ok_or("no scheme")?;
    let (authority, path) = rest.split_at(rest.find('/').unwrap_or(rest.len()));
    let request = OutgoingRequest::new(Headers::new());
    let scheme = if scheme == "https" {
        Scheme::Https
    } else {
        Scheme::Http
    };
    request
        .set_scheme(Some(&scheme))
        .map_err(|()| "bad scheme")?;
    request
        .set_authority(Some(authority))
        .map_err(|()| "bad authority")?;
    request
        .set_path_with_query(Some(path))
        .map_err(|()| "bad path")?;
    if fetch.body.is_some() {
        request
            .set_method(&Method::Post)
            .map_err(|()| "bad method")?;
    }
    let body = request.body().map_err(|()| "no body")?;
    let response = handle(request, Some(options(fetch)?)).map_err(|e| format!("{e:?}"))?;
    if let Some(content) = &fetch.body {
        let stream = body.write().map_err(|()| "no stream")?;
        stream
            .blocking_write_and_flush(content.to_string().as_bytes())
            .map_err(|e| format!("{e:?}"))?;
    }
    OutgoingBody::finish(body, None).map_err(|e| format!("{e:?}"))?;
    response.subscribe().block();
    let response = response
        .get()
        .ok_or("not ready")?
        .map_err(|()| "taken twice")?
        .map_err(|e| format!("{e:?}"))?;
    let text = read(&response.consume().map_err(|()| "no body")?)?;
    let body = serde_json::from_str(&text).unwrap_or(Value::from(text));
    Ok(json!({ "status": response.status(), "body": body }))
}

fn options(fetch: &Fetch) -> Result<RequestOptions, String> {
    let nanoseconds = |ms: Option<u64>| ms.map(|ms| ms * 1_000_000);
    let options = RequestOptions::new();
    options
        .set_connect_timeout(nanoseconds(fetch.connect_ms))
        .map_err(|()| "connect timeout")?;
    options
        .set_first_byte_timeout(nanoseconds(fetch.first_byte_ms))
        .map_err(|()| "first byte timeout")?;
    options
        .set_between_bytes_timeout(nanoseconds(fetch.between_bytes_ms))
        .map_err(|()| "between bytes timeout")?;
    Ok(options)
}

fn read(body: &IncomingBody) -> Result<String, String> {
    let stream = body.stream().map_err(|()| "no stream")?;
    let mut bytes = Vec::new();
    // A closed stream is the end; the kind of another error is lost in spin-sdk's debug text.
    loop {
        match stream.blocking_read(64 * 1024) {
            Ok(chunk) => bytes.extend(chunk),
            Err(error) if format!("{error:?}").contains("Closed") => break,
            Err(error) => return Err(format!("{error:?}")),
        }
    }
    String::from_utf8(bytes).map_err(|e| e.to_string())
}
