//! JSON bodies, in and out.

use crate::Problem;
use http::header::{CONTENT_ENCODING, CONTENT_TYPE, HeaderValue};
use http::{HeaderMap, StatusCode};
use platform::{Request, Response};
use serde::Serialize;
use serde_json::{Map, Value};

/// The largest body of an API call, in bytes.
pub const MAX_BODY: usize = 64 * 1024;

/// A media type that a call accepts.
pub const JSON: &str = "application/json";
/// JSON Merge Patch (RFC 7396).
pub const MERGE_PATCH: &str = "application/merge-patch+json";

/// The body as a JSON object.
///
/// # Errors
/// 413 over [`MAX_BODY`], 415 for a content coding or a media type not in `accepted`, 400 when it is not a JSON object.
pub fn object(request: &Request, accepted: &[&str]) -> Result<Map<String, Value>, Problem> {
    object_up_to(MAX_BODY, request, accepted)
}

/// The same for a call whose body may have `max` bytes.
///
/// # Errors
/// As [`object`].
pub fn object_up_to(
    max: usize,
    request: &Request,
    accepted: &[&str],
) -> Result<Map<String, Value>, Problem> {
    if request.body().len() > max {
        let detail = format!("the body is larger than {} KiB", max / 1024);
        return Err(Problem::new(StatusCode::PAYLOAD_TOO_LARGE, detail));
    }
    if is_encoded(request.headers()) {
        return Err(Problem::encoded_body());
    }
    if !media_type(request.headers()).is_some_and(|given| accepted.contains(&given.as_str())) {
        let detail = format!("send the body as {}", accepted.join(" or "));
        return Err(Problem::new(StatusCode::UNSUPPORTED_MEDIA_TYPE, detail));
    }
    match serde_json::from_slice(request.body()) {
        Ok(Value::Object(object)) => Ok(object),
        Ok(_) => Err(Problem::new(
            StatusCode::BAD_REQUEST,
            "the body is not a JSON object",
        )),
        // Not always the client's syntax: a number that no double can hold ends here too.
        Err(error) => {
            let detail = format!(
                "the body cannot be read as JSON: line {}, column {}",
                error.line(),
                error.column()
            );
            Err(Problem::new(StatusCode::BAD_REQUEST, detail))
        }
    }
}

/// Whether the body is compressed or the like; `identity` says that it is not.
fn is_encoded(headers: &HeaderMap) -> bool {
    let codings = headers.get_all(CONTENT_ENCODING);
    codings
        .iter()
        .any(|coding| !coding.as_bytes().eq_ignore_ascii_case(b"identity"))
}

/// The media type of the body without its parameters, in lower case.
fn media_type(headers: &HeaderMap) -> Option<String> {
    let value = headers.get(CONTENT_TYPE)?.to_str().ok()?;
    Some(value.split(';').next()?.trim().to_ascii_lowercase())
}

/// A JSON answer.
pub fn json(status: StatusCode, body: &impl Serialize) -> Response {
    let mut response = Response::new(serde_json::to_vec(body).unwrap_or_default());
    *response.status_mut() = status;
    response
        .headers_mut()
        .insert(CONTENT_TYPE, HeaderValue::from_static(JSON));
    response
}

/// An answer without a body.
#[must_use]
pub fn empty(status: StatusCode) -> Response {
    let mut response = Response::new(Vec::new());
    *response.status_mut() = status;
    response
}
