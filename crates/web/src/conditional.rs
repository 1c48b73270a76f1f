//! Conditional requests (RFC 9110, section 13) over strong ETags made of a version number.

use crate::Problem;
use http::HeaderMap;
use http::header::{ETAG, HeaderName, HeaderValue, IF_MATCH, IF_NONE_MATCH};
use platform::Response;

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
    match listed(headers, &IF_MATCH) {
        Some(tags)
            if !tags
                .iter()
                .any(|given| given == "*" || *given == tag(version)) =>
        {
            Err(Problem::precondition_failed())
        }
        _ => Ok(()),
    }
}

/// Whether the request has `If-Match` at all: then a lost race is 412 instead of another attempt.
#[must_use]
pub fn has_match(headers: &HeaderMap) -> bool {
    headers.contains_key(IF_MATCH)
}

/// Whether `If-None-Match` names `version`: a weak comparison, the answer is 304.
#[must_use]
pub fn not_modified(headers: &HeaderMap, version: u64) -> bool {
    let tag = tag(version);
    listed(headers, &IF_NONE_MATCH).is_some_and(|tags| {
        tags.iter()
            .any(|given| given == "*" || given.trim_start_matches("W/") == tag)
    })
}

fn tag(version: u64) -> String {
    format!("\"{version}\"")
}

/// The entity tags of a header; ours hold no comma, so splitting at commas misreads no tag that could match.
fn listed(headers: &HeaderMap, name: &HeaderName) -> Option<Vec<String>> {
    let values: Vec<_> = headers.get_all(name).iter().collect();
    (!values.is_empty()).then(|| {
        let texts = values.iter().filter_map(|value| value.to_str().ok());
        texts
            .flat_map(|text| text.split(','))
            .map(|tag| tag.trim().to_owned())
            .collect()
    })
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
        ] {
            assert_eq!(
                not_modified(&headers(IF_NONE_MATCH, value), 3),
                hit,
                "{value}"
            );
        }
        assert!(!not_modified(&HeaderMap::new(), 3));
    }
}
