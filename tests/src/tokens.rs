//! What the tests sign with: keys that nobody else uses, and tokens made with them. The unit tests of `verify-token` include
//! this file too.

use base64::Engine;
use base64::prelude::BASE64_URL_SAFE_NO_PAD as BASE64;
use jsonwebtoken::{Algorithm, EncodingKey, Header, encode};
use serde_json::{Value, json};
use std::time::{SystemTime, UNIX_EPOCH};

/// What HS256 tokens of the tests are signed with.
pub const SECRET: &str = "a secret of the tests, 32 bytes or more";

fn keys() -> Value {
    serde_json::from_str(include_str!("../fixtures/signing-keys.json")).unwrap()
}

/// A public key of the tests, with these members added.
pub fn public(name: &str, more: Value) -> Value {
    let mut jwk = keys()[name]["jwk"].clone();
    let Value::Object(more) = more else {
        panic!("an object is needed")
    };
    jwk.as_object_mut().unwrap().extend(more);
    jwk
}

/// A token of these claims, signed with a key of the tests, or with [`SECRET`] for HS256.
pub fn signed(name: &str, kid: Option<&str>, claims: &Value) -> String {
    let der = keys()[name]["private_der"]
        .as_str()
        .map(|der| BASE64.decode(der).unwrap());
    let der = der.unwrap_or_default();
    let (algorithm, key) = match name {
        "secret" => (
            Algorithm::HS256,
            EncodingKey::from_secret(SECRET.as_bytes()),
        ),
        "p256" => (Algorithm::ES256, EncodingKey::from_ec_der(&der)),
        "rsa" => (Algorithm::RS256, EncodingKey::from_rsa_der(&der)),
        _ => (Algorithm::EdDSA, EncodingKey::from_ed_der(&der)),
    };
    let mut header = Header::new(algorithm);
    header.kid = kid.map(str::to_owned);
    encode(&header, claims, &key).unwrap()
}

/// A token of any header and claims, signed with [`SECRET`] whatever the header says.
pub fn forged(header: &Value, claims: &Value) -> String {
    forged_with(SECRET.as_bytes(), header, claims)
}

/// The same with anything taken for a secret.
pub fn forged_with(secret: &[u8], header: &Value, claims: &Value) -> String {
    let message = format!(
        "{}.{}",
        BASE64.encode(header.to_string()),
        BASE64.encode(claims.to_string())
    );
    let key = EncodingKey::from_secret(secret);
    let signature = jsonwebtoken::crypto::sign(message.as_bytes(), &key, Algorithm::HS256);
    format!("{message}.{}", signature.unwrap())
}

/// Seconds from now, as claims have them.
pub fn in_seconds(seconds: i64) -> i64 {
    let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap();
    i64::try_from(now.as_secs()).unwrap() + seconds
}

/// Claims that are in order.
pub fn claims() -> Value {
    claims_of("alice")
}

/// The same of another user.
pub fn claims_of(user: &str) -> Value {
    json!({"sub": user, "exp": in_seconds(600)})
}

/// The same with one more or another.
pub fn with(name: &str, value: Value) -> Value {
    let mut claims = claims();
    claims[name] = value;
    claims
}
