//! Who may call. A deployment without configuration is closed: only `auth = "off"` opens the routes of users, and those of the
//! sidecar only while no token is set for them.

use crate::{Problem, path};
use domain::UserId;
use http::header::AUTHORIZATION;
use http::{HeaderValue, Method, StatusCode};
use platform::{Reply, Request, log, trace, variables};
use std::time::Duration;

/// The header in which Dapr sends the application's token.
pub const DAPR_TOKEN: &str = "dapr-api-token";

/// For the answer about a token: longer than the verifier waits for the identity provider.
const VERIFY_TIMEOUT: Duration = Duration::from_secs(8);

/// Lets the user's own calls pass: those with a token whose subject the user is. The component `verify-token` checks it; it alone
/// has the keys. With `auth = "off"` every call passes.
///
/// # Errors
/// 401, 403 for the token of another user, 503 when it cannot be checked.
pub async fn user(request: &Request, user: &UserId) -> Result<(), Problem> {
    if is_off() {
        return Ok(());
    }
    let path = path::encode(user.as_str());
    let mut call = http::Request::new(Vec::new());
    *call.uri_mut() = format!("http://verify-token.spin.internal/users/{path}")
        .parse()
        .map_err(|_| Problem::unverifiable())?;
    for value in request.headers().get_all(AUTHORIZATION) {
        call.headers_mut().append(AUTHORIZATION, value.clone());
    }
    if let Ok(value) = HeaderValue::try_from(trace::traceparent()) {
        call.headers_mut().insert(trace::TRACEPARENT, value);
    }
    match platform::send(call, VERIFY_TIMEOUT).await {
        Ok(answer) if answer.status() == StatusCode::NO_CONTENT => Ok(()),
        Ok(answer) if REFUSALS.contains(&answer.status()) => Err(Problem::relayed(&answer)),
        Ok(answer) => Err(unverifiable(format!("answered {}", answer.status()))),
        Err(error) => Err(unverifiable(error.to_string())),
    }
}

/// What the verifier answers when it works as it should.
const REFUSALS: [StatusCode; 3] = [
    StatusCode::UNAUTHORIZED,
    StatusCode::FORBIDDEN,
    StatusCode::SERVICE_UNAVAILABLE,
];

fn unverifiable(reason: String) -> Problem {
    log::error(format!("verify-token: {reason}"));
    Problem::unverifiable()
}

/// Lets the sidecar and our own components pass: they send `app_api_token`. Without one, the routes are open with `auth = "off"`
/// and closed with any other.
///
/// # Errors
/// 401.
pub fn machine(request: &Request) -> Result<(), Problem> {
    let expected = variables::get("app_api_token");
    let given = request
        .headers()
        .get(DAPR_TOKEN)
        .map_or(&[][..], |value| value.as_bytes());
    let passes = if expected.is_empty() {
        is_off()
    } else {
        same(expected.as_bytes(), given)
    };
    if passes {
        return Ok(());
    }
    Err(Problem::unauthorized(
        "this route is for the sidecar: a valid dapr-api-token is needed",
    ))
}

/// The reply to a call of an event or job route that the sidecar must not get through; `None` when the call may go on.
/// Dapr asks with OPTIONS whether a route exists.
#[must_use]
pub fn refuse_sidecar(request: &Request) -> Option<Reply> {
    if let Err(problem) = machine(request) {
        return Some(problem.into());
    }
    match *request.method() {
        Method::POST => None,
        Method::OPTIONS => Some(crate::body::empty(StatusCode::OK).into()),
        _ => Some(Problem::method_not_allowed("POST, OPTIONS").into()),
    }
}

/// Lets operators pass: they send `ops_token` as a bearer token. Without one the routes are closed, whatever `auth` is.
///
/// # Errors
/// 401, or 403 when there is no `ops_token`.
pub fn operator(request: &Request) -> Result<(), Problem> {
    let expected = variables::get("ops_token");
    if expected.is_empty() {
        return Err(Problem::new(
            StatusCode::FORBIDDEN,
            "the operators' routes are closed: ops_token is not set",
        ));
    }
    let given = request
        .headers()
        .get(AUTHORIZATION)
        .and_then(|value| value.to_str().ok());
    let token = given
        .and_then(|value| value.split_once(' '))
        .filter(|(scheme, _)| scheme.eq_ignore_ascii_case("bearer"));
    match token {
        Some((_, token)) if same(expected.as_bytes(), token.trim().as_bytes()) => Ok(()),
        _ => Err(Problem::unauthorized("a valid operator token is needed")),
    }
}

fn is_off() -> bool {
    variables::get("auth") == "off"
}

/// Compares in a time that does not depend on where the two differ.
fn same(a: &[u8], b: &[u8]) -> bool {
    a.len() == b.len()
        && a.iter()
            .zip(b)
            .fold(0, |difference, (x, y)| difference | (x ^ y))
            == 0
}

#[cfg(test)]
mod tests {
    use super::same;

    #[test]
    fn only_equal_tokens_are_the_same() {
        assert!(same(b"secret", b"secret"));
        for other in [&b"secreT"[..], b"secre", b""] {
            assert!(!same(b"secret", other));
        }
    }
}
