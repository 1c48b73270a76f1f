//! Conditional requests (RFC 9110, section 13) over strong ETags made of a version number.

use crate::{Problem, body};
use http::header::{CONTENT_TYPE, ETAG, HeaderName, HeaderValue, IF_MATCH, IF_NONE_MATCH};
use http::{HeaderMap, StatusCode};
use platform::Response;

/// FNV-1a, for the ETag of a file: another one has another number. `const`, so that the compiler can work it out, not every request.
#[must_use]
pub const fn fingerprint(file: &[u8]) -> u64 {
    let (mut hash, mut rest) = (0xcbf2_9ce4_8422_2325_u64, file);
    while let Some((byte, more)) = rest.split_first() {
        hash = (hash ^ *byte as u64).wrapping_mul(0x0100_0000_01b3);
        rest = more;
    }
    hash
}

/// A file with its ETag, or 304 without it when the request names this version.
#[must_use]
pub fn file(
    headers: &HeaderMap,
    bytes: impl Into<Vec<u8>>,
    media_type: &'static str,
    version: u64,
) -> Response {
    let response = if not_modified(headers, version) {
        body::empty(StatusCode::NOT_MODIFIED)
    } else {
        let mut whole = Response::new(bytes.into());
        let media_type = HeaderValue::from_static(media_type);
        whole.headers_mut().insert(CONTENT_TYPE, media_type);
        whole
    };
    with_etag(response, version)
}

/// Adds the version's ETag to an answer.
#[must_use]
pub fn with_etag(mut response: Response, version: u64) -> Response {
    if let Ok(value) = HeaderValue::try_from(tag(version)) {
        response.headers_mut().insert(ETAG, value);
    }
    response
}

/// Checks `If-Match`: a strong comparison, so a weak tag never matches.
///
/// # Errors
/// 412 when the header is there and does not name `version`.
pub fn check_match(headers: &HeaderMap, version: u64) -> Result<(), Problem> {
    let tag = tag(version);
    match names(headers, &IF_MATCH, |given| given == tag) {
        Some(false) => Err(Problem::precondition_failed()),
        _ => Ok(()),
    }
}

/// Checks what a change depends on: `If-Match`, and that `If-None-Match` does not name what is there (RFC 9110, section
/// 13.1.2).
///
/// # Errors
/// 412.
pub fn check_change(headers: &HeaderMap, version: u64) -> Result<(), Problem> {
    check_match(headers, version)?;
    if not_modified(headers, version) {
        return Err(Problem::precondition_failed());
    }
    Ok(())
}

/// Whether the request has `If-Match` at all: then a lost race is 412 instead of another attempt.
#[must_use]
pub fn has_match(headers: &HeaderMap) -> bool {
    headers.contains_key(IF_MATCH)
}

/// Whether `If-None-Match` names `version`: a weak comparison. A reader is answered 304.
#[must_use]
pub fn not_modified(headers: &HeaderMap, version: u64) -> bool {
    let tag = tag(version);
    let same = |given: &str| given.strip_prefix("W/").unwrap_or(given) == tag;
    names(headers, &IF_NONE_MATCH, same) == Some(true)
}

fn tag(version: u64) -> String {
    format!("\"{version}\"")
}

/// Whether a header names a tag that `matches`; `None` without the header. `*` is any tag, but only by itself: in a list it
/// is none. Our tags hold no comma, so splitting at commas misreads no tag that could match.
fn names(headers: &HeaderMap, name: &HeaderName, matches: impl Fn(&str) -> bool) -> Option<bool> {
    let values: Vec<&str> = headers
        .get_all(name)
        .iter()
        .map(|value| value.to_str().unwrap_or_default().trim())
        .collect();
    match values.as_slice() {
        [] => None,
        ["*"] => Some(true),
        _ => Some(
            values
                .iter()
                .flat_map(|value| value.split(','))
                .any(|given| matches(given.trim())),
        ),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn headers(name: HeaderName, value: &str) -> HeaderMap {
        HeaderMap::from_iter([(name, HeaderValue::from_str(value).unwrap())])
    }

    #[test]
    fn if_match_compares_strongly() {
        for (value, ok) in [
            ("\"3\"", true),
            ("*", true),
            ("\"1\", \"3\"", true),
            ("\"2\"", false),
            ("W/\"3\"", false),
            ("3", false),
            ("\"9\", *", false),
            ("*, *", false),
        ] {
            assert_eq!(
                check_match(&headers(IF_MATCH, value), 3).is_ok(),
                ok,
                "{value}"
            );
        }
        assert!(check_match(&HeaderMap::new(), 3).is_ok());
    }

    #[test]
    fn if_none_match_compares_weakly() {
        for (value, hit) in [
            ("\"3\"", true),
            ("W/\"3\"", true),
            ("*", true),
            ("\"2\"", false),
            ("\"9\", *", false),
        ] {
            assert_eq!(
                not_modified(&headers(IF_NONE_MATCH, value), 3),
                hit,
                "{value}"
            );
        }
        assert!(!not_modified(&HeaderMap::new(), 3));
    }

    #[test]
    fn a_change_wants_both_conditions_to_hold() {
        for (name, value, ok) in [
            (IF_NONE_MATCH, "*", false),
            (IF_NONE_MATCH, "\"3\"", false),
            (IF_NONE_MATCH, "W/\"3\"", false),
            (IF_NONE_MATCH, "\"2\"", true),
            (IF_MATCH, "\"3\"", true),
            (IF_MATCH, "\"2\"", false),
        ] {
            let result = check_change(&headers(name.clone(), value), 3);
            assert_eq!(result.is_ok(), ok, "{name}: {value}");
        }
    }
}
