//! Who may call. A deployment without configuration is closed: only `auth = "off"` opens the routes of users.

use crate::Problem;
use domain::UserId;
use platform::{Request, variables};

/// The header in which Dapr sends the application's token.
pub const DAPR_TOKEN: &str = "dapr-api-token";

/// Lets the user's own calls pass.
///
/// Tokens are not verified yet, so with any `auth` but `off` nobody passes.
///
/// # Errors
/// 401.
pub fn user(_request: &Request, _user: &UserId) -> Result<(), Problem> {
    if is_off() {
        Ok(())
    } else {
        Err(Problem::unauthorized("a valid bearer token is needed"))
    }
}

/// Lets the sidecar and our own components pass: they send `app_api_token`.
///
/// # Errors
/// 401.
pub fn machine(request: &Request) -> Result<(), Problem> {
    let expected = variables::get("app_api_token");
    let given = request
        .headers()
        .get(DAPR_TOKEN)
        .map_or(&[][..], |value| value.as_bytes());
    if is_off() || (!expected.is_empty() && same(expected.as_bytes(), given)) {
        return Ok(());
    }
    Err(Problem::unauthorized(
        "this route is for the sidecar: a valid dapr-api-token is needed",
    ))
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
