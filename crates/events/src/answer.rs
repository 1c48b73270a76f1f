//! What an event component answers, and what the answer means: the one place that knows Dapr's statuses.

use http::StatusCode;
use platform::{Reply, Response};
use serde::{Deserialize, Serialize};

/// The answer to a delivery.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Answer {
    /// Done, or nothing to do; says which.
    Success(String),
    /// The event can never be handled: it goes to the dead letters and is not tried again.
    Drop(String),
    /// The event could not be handled now; it comes again.
    Retry(String),
}

#[derive(Default, Deserialize, Serialize)]
struct Body {
    #[serde(default)]
    status: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    outcome: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    reason: Option<String>,
}

impl Answer {
    /// The HTTP answer: 200 with a status, or 500 for another try.
    #[must_use]
    pub fn into_response(self) -> Response {
        let (code, status, outcome, reason) = match self {
            Self::Success(outcome) => (StatusCode::OK, "SUCCESS", Some(outcome), None),
            Self::Drop(reason) => (StatusCode::OK, "DROP", None, Some(reason)),
            Self::Retry(reason) => (
                StatusCode::INTERNAL_SERVER_ERROR,
                "RETRY",
                None,
                Some(reason),
            ),
        };
        web::json(
            code,
            &Body {
                status: status.to_owned(),
                outcome,
                reason,
            },
        )
    }

    /// Reads an answer as Dapr would: 2xx by its status, 404 as dropped, anything else comes again.
    #[must_use]
    pub fn of(response: &Response) -> Self {
        let body: Body = serde_json::from_slice(response.body()).unwrap_or_default();
        let reason = body.reason.unwrap_or_else(|| response.status().to_string());
        match response.status() {
            StatusCode::NOT_FOUND => Self::Drop(reason),
            status if !status.is_success() => Self::Retry(reason),
            _ => match body.status.as_str() {
                "" | "SUCCESS" => Self::Success(body.outcome.unwrap_or_default()),
                "DROP" => Self::Drop(reason),
                _ => Self::Retry(reason),
            },
        }
    }
}

impl From<Answer> for Reply {
    fn from(answer: Answer) -> Self {
        answer.into_response().into()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_answer_survives_the_wire() {
        for answer in [
            Answer::Success("done".into()),
            Answer::Drop("bad".into()),
            Answer::Retry("away".into()),
        ] {
            assert_eq!(Answer::of(&answer.clone().into_response()), answer);
        }
    }

    #[test]
    fn a_missing_route_drops_the_event() {
        let response = web::body::empty(StatusCode::NOT_FOUND);
        assert!(matches!(Answer::of(&response), Answer::Drop(_)));
    }
}
