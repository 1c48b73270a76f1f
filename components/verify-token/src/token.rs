//! A JSON Web Token (RFC 7519): which ones are understood, and what their claims must say. Signatures are `jsonwebtoken`'s.

use jsonwebtoken::errors::ErrorKind;
use jsonwebtoken::{Algorithm, DecodingKey, Validation, decode, decode_header};
use serde::Deserialize;

/// How far the clocks of the issuer and this host may be apart, in seconds.
const LEEWAY: u64 = 60;

/// A token whose header can be read; nothing in it is to be trusted before [`Token::verify`].
#[derive(Debug)]
pub(crate) struct Token<'a> {
    text: &'a str,
    algorithm: Algorithm,
    /// Which key has signed it, if it says so.
    pub(crate) key_id: Option<String>,
}

/// What the claims must say besides the times; empty is not asked for.
#[derive(Debug, Default)]
pub(crate) struct Rules {
    pub(crate) issuer: String,
    pub(crate) audience: String,
}

/// Why a token is not accepted. Its bearer is told.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum Refused {
    #[error("the token is malformed")]
    Malformed,
    #[error("tokens of this algorithm are not accepted")]
    Algorithm,
    #[error("the token is signed with a key that is not known")]
    UnknownKey,
    #[error("the token's signature is wrong")]
    Signature,
    #[error("the token has no claims that can be read")]
    NoClaims,
    #[error("the token has expired")]
    Expired,
    #[error("the token is not valid yet")]
    NotYet,
    #[error("the token's `{0}` is missing or not what is asked for")]
    Claim(String),
}

#[derive(Deserialize)]
struct Claims {
    sub: Option<String>,
}

impl<'a> Token<'a> {
    /// Reads the header. `none` is no algorithm here, and neither are those that nobody could have a key for.
    pub(crate) fn parse(text: &'a str) -> Result<Self, Refused> {
        let header = decode_header(text).map_err(|_| Refused::Malformed)?;
        // An extension that must be understood (RFC 7515, section 4.1.11): none is.
        if header.crit.is_some() {
            return Err(Refused::Malformed);
        }
        match header.alg {
            Algorithm::HS256 | Algorithm::EdDSA | Algorithm::ES256 | Algorithm::RS256 => Ok(Self {
                text,
                algorithm: header.alg,
                key_id: header.kid,
            }),
            _ => Err(Refused::Algorithm),
        }
    }

    /// What it says it is signed with.
    pub(crate) fn algorithm(&self) -> Algorithm {
        self.algorithm
    }

    /// Checks signature and claims, and returns the subject. A key of another kind than the algorithm's is refused.
    pub(crate) fn verify(&self, key: &DecodingKey, rules: &Rules) -> Result<String, Refused> {
        let mut validation = Validation::new(self.algorithm);
        validation.leeway = LEEWAY;
        validation.validate_nbf = true;
        let mut required = vec!["exp", "sub"];
        if !rules.issuer.is_empty() {
            validation.set_issuer(&[&rules.issuer]);
            required.push("iss");
        }
        if rules.audience.is_empty() {
            validation.validate_aud = false;
        } else {
            validation.set_audience(&[&rules.audience]);
            required.push("aud");
        }
        validation.set_required_spec_claims(&required);
        let decoded = decode::<Claims>(self.text, key, &validation).map_err(refused)?;
        let subject = decoded.claims.sub;
        subject.ok_or_else(|| Refused::Claim("sub".to_owned()))
    }
}

fn refused(error: jsonwebtoken::errors::Error) -> Refused {
    match error.into_kind() {
        ErrorKind::ExpiredSignature => Refused::Expired,
        ErrorKind::ImmatureSignature => Refused::NotYet,
        ErrorKind::InvalidIssuer => Refused::Claim("iss".to_owned()),
        ErrorKind::InvalidAudience => Refused::Claim("aud".to_owned()),
        ErrorKind::MissingRequiredClaim(name) | ErrorKind::InvalidClaimFormat(name) => {
            Refused::Claim(name)
        }
        ErrorKind::InvalidAlgorithm | ErrorKind::InvalidKeyFormat => Refused::Algorithm,
        // The header could be read already, and the signature comes before the claims.
        ErrorKind::Json(_) | ErrorKind::Utf8(_) => Refused::NoClaims,
        ErrorKind::InvalidToken | ErrorKind::Base64(_) => Refused::Malformed,
        _ => Refused::Signature,
    }
}

#[cfg(test)]
#[path = "token_tests.rs"]
mod tests;
