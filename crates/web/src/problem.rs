//! The one place where an error becomes an HTTP answer: `application/problem+json` (RFC 9457).

mod token;

use domain::{FieldError, FieldErrors};
use http::header::{
    ACCEPT_ENCODING, ALLOW, CONTENT_TYPE, HeaderName, RETRY_AFTER, WWW_AUTHENTICATE,
};
use http::{HeaderValue, StatusCode};
use platform::{DbError, Reply, Response};
use serde::{Serialize, Serializer};

/// Seconds after which a client may try again when the database is away.
const RETRY_SECONDS: &str = "2";

/// An error answer.
#[derive(Debug)]
pub struct Problem {
    status: StatusCode,
    detail: String,
    errors: Vec<FieldError>,
    header: Option<(HeaderName, String)>,
}

#[derive(Serialize)]
struct Body<'a> {
    r#type: &'static str,
    title: &'static str,
    status: u16,
    detail: &'a str,
    #[serde(skip_serializing_if = "<[FieldError]>::is_empty")]
    errors: &'a [FieldError],
}

impl Problem {
    /// Any status with a text for the client: no internals in it.
    #[must_use]
    pub fn new(status: StatusCode, detail: impl Into<String>) -> Self {
        Self {
            status,
            detail: detail.into(),
            errors: Vec::new(),
            header: None,
        }
    }

    /// 404.
    #[must_use]
    pub fn not_found(what: &str) -> Self {
        Self::new(StatusCode::NOT_FOUND, format!("no such {what}"))
    }

    /// Its status.
    #[must_use]
    pub fn status(&self) -> StatusCode {
        self.status
    }

    /// Whether it is a 404.
    #[must_use]
    pub fn is_not_found(&self) -> bool {
        self.status == StatusCode::NOT_FOUND
    }

    /// 400 with what is wrong in which query parameter.
    #[must_use]
    pub fn bad_query(errors: Vec<FieldError>) -> Self {
        Self {
            errors,
            ..Self::new(StatusCode::BAD_REQUEST, "the query has invalid parameters")
        }
    }

    /// 422 with what is wrong in which part of the path.
    #[must_use]
    pub fn bad_path(errors: Vec<FieldError>) -> Self {
        Self {
            errors,
            ..Self::new(
                StatusCode::UNPROCESSABLE_ENTITY,
                "the path has invalid parts",
            )
        }
    }

    /// 401: nobody known is calling.
    #[must_use]
    pub fn unauthorized(detail: &str) -> Self {
        Self::new(StatusCode::UNAUTHORIZED, detail).with(WWW_AUTHENTICATE, "Bearer")
    }

    /// 405 with the methods that would work.
    #[must_use]
    pub fn method_not_allowed(allowed: &str) -> Self {
        Self::new(
            StatusCode::METHOD_NOT_ALLOWED,
            format!("allowed here: {allowed}"),
        )
        .with(ALLOW, allowed)
    }

    /// 412: the version is not what `If-Match` or `If-None-Match` asks for.
    #[must_use]
    pub fn precondition_failed() -> Self {
        Self::new(
            StatusCode::PRECONDITION_FAILED,
            "the version of the task is not what If-Match or If-None-Match asks for",
        )
    }

    /// 415 for a body under a content coding: none is undone here (RFC 9110, section 15.5.16).
    #[must_use]
    pub fn encoded_body() -> Self {
        Self::new(
            StatusCode::UNSUPPORTED_MEDIA_TYPE,
            "send the body without a Content-Encoding",
        )
        .with(ACCEPT_ENCODING, "identity")
    }

    /// 409: somebody else kept changing the same thing.
    #[must_use]
    pub fn conflict(detail: &str) -> Self {
        Self::new(StatusCode::CONFLICT, detail)
    }

    /// 503 with `Retry-After`. The connection may have broken after the database had made the change, so nothing is said
    /// about whether it did.
    #[must_use]
    pub fn unavailable() -> Self {
        Self::new(
            StatusCode::SERVICE_UNAVAILABLE,
            "the database does not answer; a change may have been made all the same: look before you repeat a POST",
        )
        .with(RETRY_AFTER, RETRY_SECONDS)
    }

    /// 503 with `Retry-After`: the database has not been migrated yet, so nothing was changed.
    #[must_use]
    pub fn outdated() -> Self {
        Self::new(
            StatusCode::SERVICE_UNAVAILABLE,
            "the database is not yet what this version of the application needs",
        )
        .with(RETRY_AFTER, RETRY_SECONDS)
    }

    fn with(mut self, name: HeaderName, value: &str) -> Self {
        self.header = Some((name, value.to_owned()));
        self
    }

    /// The answer.
    #[must_use]
    pub fn into_response(self) -> Response {
        let mut response = Response::new(serde_json::to_vec(&self).unwrap_or_default());
        *response.status_mut() = self.status;
        let headers = response.headers_mut();
        headers.insert(
            CONTENT_TYPE,
            HeaderValue::from_static("application/problem+json"),
        );
        if let Some((name, value)) = self
            .header
            .and_then(|(n, v)| Some((n, HeaderValue::try_from(v).ok()?)))
        {
            headers.insert(name, value);
        }
        response
    }
}

/// The document, without its header.
impl Serialize for Problem {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let body = Body {
            r#type: "about:blank",
            title: self.status.canonical_reason().unwrap_or("Error"),
            status: self.status.as_u16(),
            detail: &self.detail,
            errors: &self.errors,
        };
        body.serialize(serializer)
    }
}

impl From<Problem> for Reply {
    fn from(problem: Problem) -> Self {
        problem.into_response().into()
    }
}

impl From<FieldErrors> for Problem {
    fn from(FieldErrors(errors): FieldErrors) -> Self {
        Self {
            errors,
            ..Self::new(
                StatusCode::UNPROCESSABLE_ENTITY,
                "the body has invalid fields",
            )
        }
    }
}

impl From<DbError> for Problem {
    fn from(error: DbError) -> Self {
        platform::log::error(&error);
        match error {
            DbError::Unavailable(_) => Self::unavailable(),
            DbError::Schema(_) => Self::outdated(),
            DbError::Statement(_) | DbError::Row(_) => Self::new(
                StatusCode::INTERNAL_SERVER_ERROR,
                "something went wrong on our side",
            ),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_database_that_went_away_leaves_open_what_it_did() {
        let response = Problem::unavailable().into_response();
        assert!(response.headers().contains_key(RETRY_AFTER));
        let body = String::from_utf8(response.into_body()).unwrap();
        assert!(!body.contains("nothing was changed"), "{body}");
        assert!(body.contains("look before you repeat a POST"), "{body}");
    }
}
