//! The path of a request, taken apart.

use crate::Problem;
use domain::{FieldError, FieldErrors, UserId};
use http::StatusCode;
use percent_encoding::{AsciiSet, CONTROLS, percent_decode_str, utf8_percent_encode};
use platform::Request;

/// The segments of the path, percent-decoded; a slash at the end does not count.
///
/// # Errors
/// 400 when a segment is not UTF-8.
pub fn segments(request: &Request) -> Result<Vec<String>, Problem> {
    let path = request.uri().path();
    let path = path.strip_suffix('/').unwrap_or(path);
    path.split('/')
        .skip(1)
        .map(|segment| Ok(percent_decode_str(segment).decode_utf8()?.into_owned()))
        .collect::<Result<_, std::str::Utf8Error>>()
        .map_err(|_| Problem::new(StatusCode::BAD_REQUEST, "the path is not UTF-8"))
}

/// The user that a path names.
///
/// # Errors
/// 422 for a name that no user can have.
pub fn user(segment: &str) -> Result<UserId, Problem> {
    UserId::parse(segment).map_err(|error| {
        FieldErrors(vec![FieldError {
            field: "user_id".to_owned(),
            message: error.to_string(),
        }])
        .into()
    })
}

/// A segment as it stands in an address.
#[must_use]
pub fn encode(segment: &str) -> String {
    /// What RFC 3986 lets a path segment hold unencoded stays readable.
    const SEGMENT: &AsciiSet = &CONTROLS
        .add(b' ')
        .add(b'"')
        .add(b'#')
        .add(b'%')
        .add(b'/')
        .add(b'<')
        .add(b'>')
        .add(b'?')
        .add(b'[')
        .add(b'\\')
        .add(b']')
        .add(b'^')
        .add(b'`')
        .add(b'{')
        .add(b'|')
        .add(b'}');
    utf8_percent_encode(segment, SEGMENT).to_string()
}
