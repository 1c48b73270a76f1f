//! Bearer tokens for trying and measuring: HS256 (RFC 7519). Deployments have theirs from an identity provider.

use base64::Engine;
use base64::prelude::BASE64_URL_SAFE_NO_PAD as BASE64;
use hmac::{Hmac, KeyInit, Mac};
use serde_json::{Value, json};
use sha2::Sha256;

/// A token with these claims, signed with `secret`.
#[must_use]
pub fn signed_token(claims: &Value, secret: &str) -> String {
    let header = json!({"alg": "HS256", "typ": "JWT"});
    let message = format!(
        "{}.{}",
        BASE64.encode(header.to_string()),
        BASE64.encode(claims.to_string())
    );
    // A key of HMAC may have any length.
    let mac = Hmac::<Sha256>::new_from_slice(secret.as_bytes());
    let signature = mac.map(|mac| mac.chain_update(message.as_bytes()).finalize());
    let signature = signature.map(|signature| BASE64.encode(signature.into_bytes()));
    format!("{message}.{}", signature.unwrap_or_default())
}
