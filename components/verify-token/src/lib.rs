//! GET /users/:user_id, for our own components alone (a private route): may the bearer of this token act for this user? 204,
//! or the refusal as the caller of the API is to see it.

mod by_jwks;
mod jwk;
#[cfg(test)]
#[path = "../../../tests/src/tokens.rs"]
#[allow(
    dead_code,
    unreachable_pub,
    reason = "the end-to-end tests use more of it"
)]
mod testing;
mod token;
#[cfg(test)]
mod wycheproof;

use domain::UserId;
use http::header::AUTHORIZATION;
use http::{HeaderMap, StatusCode};
use jsonwebtoken::{Algorithm, DecodingKey};
use platform::{Reply, Request, variables};
use token::{Refused, Rules, Token};
use web::{Problem, path};

/// How many bytes a key of HS256 has at least (RFC 7518, section 3.2): a shorter one can be guessed from any token.
const SECRET_BYTES: usize = 32;

platform::component!(handle);

async fn handle(request: Request) -> Reply {
    check(&request).await.unwrap_or_else(Reply::from)
}

async fn check(request: &Request) -> Result<Reply, Problem> {
    let segments = path::segments(request)?;
    let [users, user] = segments.as_slice() else {
        return Err(Problem::not_found("route"));
    };
    if users != "users" {
        return Err(Problem::not_found("route"));
    }
    let user = path::user(user)?;
    let (secret, url) = (variables::get("jwt_secret"), variables::get("jwks_url"));
    if secret.is_empty() && url.is_empty() {
        return Err(Problem::unauthorized(
            "no token can be checked here: jwt_secret or jwks_url must be set",
        ));
    }
    let token = bearer(request.headers())
        .ok_or_else(|| Problem::unauthorized("a bearer token is needed"))?;
    let token = Token::parse(token).map_err(refuse)?;
    let rules = Rules {
        issuer: variables::get("jwt_issuer"),
        audience: variables::get("jwt_audience"),
    };
    if token.algorithm() == Algorithm::HS256 {
        let subject = by_secret(&token, &rules, secret.as_bytes())?;
        return admit(&subject, &user);
    }
    if url.is_empty() {
        return Err(refuse(Refused::Algorithm));
    }
    let verified = by_jwks::verify(&token, &rules, &url).await?;
    let reply = admit(&verified.subject, &user)?;
    Ok(if verified.keys_are_old {
        reply.then(by_jwks::refresh(url))
    } else {
        reply
    })
}

/// Verifies a token of HS256. A secret is for HS256 and HS256 is for the secret: no public key is ever taken for one.
fn by_secret(token: &Token, rules: &Rules, secret: &[u8]) -> Result<String, Problem> {
    if secret.is_empty() {
        return Err(refuse(Refused::Algorithm));
    }
    if secret.len() < SECRET_BYTES {
        return Err(Problem::unauthorized(
            "no token can be checked here: jwt_secret must have at least 32 bytes",
        ));
    }
    let key = DecodingKey::from_secret(secret);
    token.verify(&key, rules).map_err(refuse)
}

/// The token of the one `Authorization` header (RFC 6750, section 2.1).
fn bearer(headers: &HeaderMap) -> Option<&str> {
    let mut values = headers.get_all(AUTHORIZATION).into_iter();
    let (Some(value), None) = (values.next(), values.next()) else {
        return None;
    };
    let (scheme, token) = value.to_str().ok()?.split_once(' ')?;
    scheme.eq_ignore_ascii_case("bearer").then(|| token.trim())
}

fn admit(subject: &str, user: &UserId) -> Result<Reply, Problem> {
    if subject == user.as_str() {
        return Ok(web::body::empty(StatusCode::NO_CONTENT).into());
    }
    Err(Problem::new(
        StatusCode::FORBIDDEN,
        "the token is not this user's: its `sub` is another",
    ))
}

#[expect(
    clippy::needless_pass_by_value,
    reason = "it is what map_err hands over"
)]
fn refuse(refused: Refused) -> Problem {
    Problem::invalid_token(&refused.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_single_bearer_header_has_a_token() {
        let headers = |values: &[&str]| -> HeaderMap {
            let pair = |value: &&str| (AUTHORIZATION, value.parse().unwrap());
            values.iter().map(pair).collect()
        };
        for good in ["Bearer a.b.c", "bearer a.b.c", "BEARER  a.b.c "] {
            assert_eq!(bearer(&headers(&[good])), Some("a.b.c"), "{good}");
        }
        for bad in [
            &[][..],
            &["a.b.c"],
            &["Bearer"],
            &["Basic a.b.c"],
            &["Bearer a.b.c", "Bearer a.b.c"],
        ] {
            assert_eq!(bearer(&headers(bad)), None, "{bad:?}");
        }
    }

    #[test]
    fn a_token_is_for_exactly_its_own_user() {
        let alice = UserId::parse("alice").unwrap();
        assert!(admit("alice", &alice).is_ok());
        for other in ["bob", "Alice", "alice ", "alic", ""] {
            let refused = admit(other, &alice).err().unwrap().into_response();
            assert_eq!(refused.status(), StatusCode::FORBIDDEN, "{other}");
        }
    }
}
