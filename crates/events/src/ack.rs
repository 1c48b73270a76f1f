//! The acknowledgement of a delivery, in Dapr's statuses. This is the one place that knows them.

use http::StatusCode;
use platform::{Reply, Response, log};
use serde::{Deserialize, Serialize};

/// How an event component acknowledges a delivery.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Ack {
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

impl Ack {
    /// The HTTP response: 200 with a status, or 500 for another try. The line of the request in the log says the same.
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
        log::outcome(
            status,
            outcome.as_deref().or(reason.as_deref()).unwrap_or(""),
        );
        web::json(
            code,
            &Body {
                status: status.to_owned(),
                outcome,
                reason,
            },
        )
    }

    /// Reads a response as Dapr would: 2xx by its status, 404 as dropped, anything else comes again.
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

impl From<Ack> for Reply {
    fn from(ack: Ack) -> Self {
        ack.into_response().into()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_answer_survives_the_wire() {
        for ack in [
            Ack::Success("done".into()),
            Ack::Drop("bad".into()),
            Ack::Retry("away".into()),
        ] {
            assert_eq!(Ack::of(&ack.clone().into_response()), ack);
        }
    }

    #[test]
    fn a_missing_route_drops_the_event() {
        let response = web::body::empty(StatusCode::NOT_FOUND);
        assert!(matches!(Ack::of(&response), Ack::Drop(_)));
    }
}
