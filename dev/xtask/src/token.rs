//! `cargo xtask token`: a bearer token for trying, signed with `jwt_secret` as HS256 (RFC 7519). Deployments have theirs from an
//! identity provider.

use crate::cli::TokenArgs;
use anyhow::ensure;
use serde_json::json;
use std::time::{SystemTime, UNIX_EPOCH};

/// How many bytes a key of HS256 has at least (RFC 7518, section 3.2).
const SECRET_BYTES: usize = 32;

/// Prints the token alone, for `$(...)`.
pub(crate) fn token(args: &TokenArgs) -> anyhow::Result<()> {
    let secret = args.secret.as_deref().unwrap_or_default();
    let now = SystemTime::now().duration_since(UNIX_EPOCH)?.as_secs();
    println!("{}", signed(args, secret, now)?);
    Ok(())
}

fn signed(args: &TokenArgs, secret: &str, now: u64) -> anyhow::Result<String> {
    ensure!(
        !secret.is_empty(),
        "no secret: set SPIN_VARIABLE_JWT_SECRET or --secret to the jwt_secret of the application"
    );
    ensure!(
        secret.len() >= SECRET_BYTES,
        "the application refuses a jwt_secret of less than {SECRET_BYTES} bytes: it can be guessed from a token"
    );
    let mut claims = json!({"sub": args.user, "iat": now, "exp": now.saturating_add(args.ttl)});
    if let Some(claims) = claims.as_object_mut() {
        let more = [("iss", &args.issuer), ("aud", &args.audience)];
        claims.extend(
            more.into_iter()
                .filter_map(|(name, value)| Some((name.to_owned(), json!(value.as_ref()?)))),
        );
    }
    Ok(stack::signed_token(&claims, secret))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cli::{Cli, Command};
    use base64::Engine;
    use base64::prelude::BASE64_URL_SAFE_NO_PAD as BASE64;
    use clap::Parser;

    const SECRET: &str = "0123456789abcdef0123456789abcdef";

    fn args(words: &[&str]) -> TokenArgs {
        let words = ["xtask", "token", "--user", "alice"].iter().chain(words);
        let Command::Token(args) = Cli::parse_from(words).command else {
            unreachable!("that is `token`");
        };
        args
    }

    /// The expected signature is from another implementation, Python's `hmac`.
    #[test]
    fn it_is_signed_as_others_sign() {
        let token = signed(&args(&[]), SECRET, 1_000).unwrap();
        assert_eq!(
            token,
            "eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9.eyJleHAiOjQ2MDAsImlhdCI6MTAwMCwic3ViIjoiYWxpY2UifQ.\
             tkhZ7OLog2_3-Po-FDfCkB6DKBxvn77RHb5Sz1JiQ5s"
        );
    }

    #[test]
    fn it_has_the_claims_that_are_asked_for() {
        let args = args(&["--ttl", "60", "--issuer", "me", "--audience", "todo"]);
        let token = signed(&args, SECRET, 1_000).unwrap();
        let claims = BASE64.decode(token.split('.').nth(1).unwrap()).unwrap();
        let claims: serde_json::Value = serde_json::from_slice(&claims).unwrap();
        assert_eq!(
            claims,
            json!({"sub": "alice", "iat": 1_000, "exp": 1_060, "iss": "me", "aud": "todo"})
        );
    }

    #[test]
    fn without_a_secret_the_error_names_the_variable() {
        let error = signed(&args(&[]), "", 0).unwrap_err().to_string();
        assert!(error.contains("SPIN_VARIABLE_JWT_SECRET"), "{error}");
    }

    #[test]
    fn a_secret_that_the_application_refuses_makes_no_token() {
        assert!(signed(&args(&[]), &SECRET[..31], 0).is_err());
    }
}
