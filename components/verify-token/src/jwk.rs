//! JSON Web Keys (RFC 7517): the public keys of an identity provider, and which of them a token may be signed with.

use crate::token::{Refused, Rules, Token};
use base64::Engine;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use jsonwebtoken::{Algorithm, DecodingKey};
use serde::{Deserialize, Serialize};
use serde_json::Value;

/// The least bytes of an RSA modulus (RFC 7518, section 3.3).
const RSA_BYTES: usize = 256;

/// A public key, and only what is needed of it: private parts and certificates are not even read.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub(crate) struct Jwk {
    kty: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    crv: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    kid: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    alg: Option<String>,
    #[serde(rename = "use", skip_serializing_if = "Option::is_none")]
    usage: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    key_ops: Option<Vec<String>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    n: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    e: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    x: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    y: Option<String>,
}

impl Jwk {
    /// What it verifies, by its kind; its `alg`, if it has one, must say the same. `None` for a key that is of no use here, a
    /// symmetric one (`oct`) among them.
    fn algorithm(&self) -> Option<Algorithm> {
        let (algorithm, name) = match (self.kty.as_str(), self.crv.as_deref()) {
            ("OKP", Some("Ed25519")) => (Algorithm::EdDSA, "EdDSA"),
            ("EC", Some("P-256")) => (Algorithm::ES256, "ES256"),
            ("RSA", _) => (Algorithm::RS256, "RS256"),
            _ => return None,
        };
        let verifies = self.alg.as_deref().is_none_or(|alg| alg == name)
            && self.usage.as_deref().is_none_or(|usage| usage == "sig")
            && self
                .key_ops
                .as_ref()
                .is_none_or(|operations| operations.iter().any(|one| one == "verify"));
        verifies.then_some(algorithm)
    }

    /// Lengths are checked here: `jsonwebtoken` panics over an Ed25519 key that is too short, and takes RSA keys of any length.
    pub(crate) fn key(&self) -> Option<DecodingKey> {
        let (n, e) = (self.n.as_deref(), self.e.as_deref());
        let (x, y) = (self.x.as_deref(), self.y.as_deref());
        match self.algorithm()? {
            Algorithm::EdDSA if length(x?)? == 32 => DecodingKey::from_ed_components(x?).ok(),
            Algorithm::ES256 if length(x?)? == 32 && length(y?)? == 32 => {
                DecodingKey::from_ec_components(x?, y?).ok()
            }
            Algorithm::RS256 if length(n?)? >= RSA_BYTES => {
                DecodingKey::from_rsa_components(n?, e?).ok()
            }
            _ => None,
        }
    }

    fn may_have_signed(&self, token: &Token) -> bool {
        let named = token.key_id.is_none() || self.kid == token.key_id;
        named && self.algorithm() == Some(token.algorithm())
    }
}

fn length(text: &str) -> Option<usize> {
    Some(BASE64_URL_SAFE_NO_PAD.decode(text).ok()?.len())
}

/// The usable keys of a JWK Set; the others do it no harm. `None` when it is no JWK Set.
pub(crate) fn usable(set: &[u8]) -> Option<Vec<Jwk>> {
    let set: Value = serde_json::from_slice(set).ok()?;
    let keys = set.get("keys")?.as_array()?.iter();
    let read = keys.filter_map(|key| Jwk::deserialize(key).ok());
    Some(read.filter(|key| key.key().is_some()).collect())
}

/// Verifies a token with the keys that it may have been signed with. [`Refused::UnknownKey`] when newer keys may help.
pub(crate) fn verify(keys: &[Jwk], token: &Token, rules: &Rules) -> Result<String, Refused> {
    let mut refused = Refused::UnknownKey;
    for key in keys.iter().filter(|key| key.may_have_signed(token)) {
        let Some(key) = key.key() else { continue };
        match token.verify(&key, rules) {
            Err(Refused::Signature) if token.key_id.is_none() => {}
            Err(Refused::Signature) => refused = Refused::Signature,
            outcome => return outcome,
        }
    }
    Err(refused)
}

#[cfg(test)]
#[path = "jwk_tests.rs"]
mod tests;
