//! The problems about bearer tokens, and how they come from the component that finds them to the client.

use super::{Problem, RETRY_SECONDS};
use http::StatusCode;
use http::header::{RETRY_AFTER, WWW_AUTHENTICATE};
use platform::Response;
use serde_json::Value;

impl Problem {
    /// 401: somebody is calling with a token that is not accepted (RFC 6750, section 3.1).
    #[must_use]
    pub fn invalid_token(detail: &str) -> Self {
        // A quoted string; backslashes and quotation marks are in none of our texts.
        let text = detail.replace(['\\', '"'], "");
        let challenge = format!(r#"Bearer error="invalid_token", error_description="{text}""#);
        Self::new(StatusCode::UNAUTHORIZED, detail).with(WWW_AUTHENTICATE, &challenge)
    }

    /// 503 with `Retry-After`: whose token it is cannot be found out now, so nothing was changed.
    #[must_use]
    pub fn unverifiable() -> Self {
        Self::new(
            StatusCode::SERVICE_UNAVAILABLE,
            "tokens cannot be checked now",
        )
        .with(RETRY_AFTER, RETRY_SECONDS)
    }

    /// The problem that another of our components has answered.
    #[must_use]
    pub fn relayed(response: &Response) -> Self {
        let body: Value = serde_json::from_slice(response.body()).unwrap_or_default();
        let detail = body.get("detail").and_then(Value::as_str);
        let header = [WWW_AUTHENTICATE, RETRY_AFTER]
            .into_iter()
            .find_map(|name| {
                let value = response.headers().get(&name)?.to_str().ok()?.to_owned();
                Some((name, value))
            });
        Self {
            header,
            ..Self::new(response.status(), detail.unwrap_or_default())
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_problem_of_another_component_is_passed_on_as_it_is() {
        for problem in [
            || Problem::unauthorized("who?"),
            || Problem::invalid_token("it has \"expired\""),
            Problem::unverifiable,
            || Problem::new(StatusCode::FORBIDDEN, "another's"),
        ] {
            let (original, relayed) = (
                problem().into_response(),
                Problem::relayed(&problem().into_response()).into_response(),
            );
            assert_eq!(relayed.status(), original.status());
            assert_eq!(relayed.headers(), original.headers());
            assert_eq!(relayed.body(), original.body());
        }
    }
}
