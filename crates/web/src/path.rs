//! What a request is about: its path, taken apart, and its method.

use crate::Problem;
use domain::{FieldError, UserId};
use http::{Method, StatusCode};
use percent_encoding::{AsciiSet, CONTROLS, percent_decode_str, utf8_percent_encode};
use platform::Request;

/// The method to route by: HEAD is GET (RFC 9110, section 9.3.2); the host leaves the body of the answer out.
#[must_use]
pub fn method(request: &Request) -> &Method {
    match *request.method() {
        Method::HEAD => &Method::GET,
        ref method => method,
    }
}

/// The segments of the path, percent-decoded; a slash at the end does not count.
///
/// # Errors
/// 400 when a segment is not UTF-8, or a percent sign does not start an escape.
pub fn segments(request: &Request) -> Result<Vec<String>, Problem> {
    let path = request.uri().path();
    if !escapes_are_whole(path) {
        return Err(Problem::new(
            StatusCode::BAD_REQUEST,
            "the path has a percent sign without two hexadecimal digits after it",
        ));
    }
    let path = path.strip_suffix('/').unwrap_or(path);
    path.split('/')
        .skip(1)
        .map(|segment| Ok(percent_decode_str(segment).decode_utf8()?.into_owned()))
        .collect::<Result<_, std::str::Utf8Error>>()
        .map_err(|_| Problem::new(StatusCode::BAD_REQUEST, "the path is not UTF-8"))
}

fn escapes_are_whole(path: &str) -> bool {
    path.split('%').skip(1).all(|rest| {
        let digits = rest.as_bytes().get(..2);
        digits.is_some_and(|digits| digits.iter().all(u8::is_ascii_hexdigit))
    })
}

/// The user that a path names.
///
/// # Errors
/// 422 for a name that no user can have.
pub fn user(segment: &str) -> Result<UserId, Problem> {
    UserId::parse(segment).map_err(|error| {
        Problem::bad_path(vec![FieldError {
            field: "user_id".to_owned(),
            message: error.to_string(),
        }])
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

#[cfg(test)]
mod tests {
    use super::*;

    fn request(method: Method, path: &str) -> Request {
        let request = http::Request::builder().method(method).uri(path);
        request.body(Vec::new()).unwrap()
    }

    #[test]
    fn segments_are_decoded_and_a_slash_at_the_end_does_not_count() {
        for path in ["/api/a%20b", "/api/a%20b/"] {
            assert_eq!(
                segments(&request(Method::GET, path)).unwrap(),
                ["api", "a b"]
            );
        }
    }

    #[test]
    fn what_cannot_be_decoded_is_refused() {
        for path in ["/api/%zz", "/api/%", "/api/%4", "/api/%4/x", "/api/%ff"] {
            assert!(segments(&request(Method::GET, path)).is_err(), "{path}");
        }
    }

    #[test]
    fn head_is_get() {
        assert_eq!(method(&request(Method::HEAD, "/")), Method::GET);
        for other in [Method::GET, Method::POST, Method::OPTIONS] {
            assert_eq!(method(&request(other.clone(), "/")), other);
        }
    }
}
