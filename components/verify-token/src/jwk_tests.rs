//! Which keys of a set are used, and for which tokens.

use super::*;
use crate::testing::{SECRET, claims, forged, public, signed, with};
use serde_json::json;

const KEYS: [&str; 3] = ["ed25519", "p256", "rsa"];

fn set(keys: &[Value]) -> Vec<Jwk> {
    usable(json!({"keys": keys}).to_string().as_bytes()).unwrap()
}

fn verified(keys: &[Jwk], token: &str) -> Result<String, Refused> {
    verify(keys, &Token::parse(token)?, &Rules::default())
}

fn alice() -> Result<String, Refused> {
    Ok("alice".to_owned())
}

#[test]
fn keys_of_all_three_kinds_verify_with_and_without_alg() {
    for (name, alg) in KEYS.into_iter().zip(["EdDSA", "ES256", "RS256"]) {
        for more in [
            json!({"kid": "k"}),
            json!({"kid": "k", "alg": alg, "use": "sig"}),
            json!({"kid": "k", "key_ops": ["verify"], "x5c": ["AAAA"], "unknown": {"x": 1}}),
        ] {
            let keys = set(&[public(name, more.clone())]);
            let token = signed(name, Some("k"), &claims());
            assert_eq!(verified(&keys, &token), alice(), "{name} {more}");
        }
    }
}

/// As Better Auth has it: an Ed25519 key with a random id and no `alg`.
#[test]
fn a_key_is_found_by_its_id_among_others() {
    let keys = set(&[
        public("rsa", json!({"kid": "a"})),
        public("ed25519_other", json!({"kid": "b"})),
        public("ed25519", json!({"kid": "c"})),
    ]);
    assert_eq!(
        verified(&keys, &signed("ed25519", Some("c"), &claims())),
        alice()
    );
    let wrong = signed("ed25519", Some("b"), &claims());
    assert_eq!(verified(&keys, &wrong), Err(Refused::Signature));
    for kid in ["d", "C", ""] {
        let unknown = signed("ed25519", Some(kid), &claims());
        assert_eq!(verified(&keys, &unknown), Err(Refused::UnknownKey), "{kid}");
    }
}

#[test]
fn a_token_without_a_key_id_is_tried_with_every_key_of_its_kind() {
    let other = public("ed25519_other", json!({"kid": "b"}));
    let keys = set(&[other.clone(), public("ed25519", json!({}))]);
    let token = signed("ed25519", None, &claims());
    assert_eq!(verified(&keys, &token), alice());
    assert_eq!(verified(&set(&[other]), &token), Err(Refused::UnknownKey));
    let expired = signed("ed25519", None, &with("exp", json!(1)));
    assert_eq!(verified(&keys, &expired), Err(Refused::Expired));
}

#[test]
fn one_bad_key_does_the_others_no_harm() {
    let bad = [
        json!(null),
        json!("x"),
        json!({}),
        json!({"kty": 1}),
        json!({"kty": "OKP", "crv": "Ed25519", "kid": "k"}),
        json!({"kty": "OKP", "crv": "Ed25519", "kid": "k", "x": "AAAA"}),
        json!({"kty": "OKP", "crv": "Ed25519", "kid": "k", "x": "!"}),
        json!({"kty": "OKP", "crv": "X25519", "kid": "k", "x": "AAAA"}),
        json!({"kty": "EC", "crv": "P-256", "kid": "k", "x": "AAAA", "y": "AAAA"}),
        json!({"kty": "EC", "crv": "secp256k1", "kid": "k", "x": "AAAA", "y": "AAAA"}),
        json!({"kty": "RSA", "kid": "k", "n": "AAAA", "e": "AQAB"}),
        json!({"kty": "RSA", "kid": "k", "e": "AQAB"}),
        json!({"kty": "oct", "kid": "k", "k": "AAAA"}),
        json!({"kty": "future", "kid": "k"}),
        public("ed25519", json!({"kid": "k", "alg": "ES256"})),
        public("ed25519", json!({"kid": "k", "use": "enc"})),
        public("ed25519", json!({"kid": "k", "key_ops": ["sign"]})),
    ];
    for bad in bad {
        assert_eq!(set(std::slice::from_ref(&bad)), [], "{bad}");
        let keys = set(&[bad.clone(), public("ed25519", json!({"kid": "k"}))]);
        let token = signed("ed25519", Some("k"), &claims());
        assert_eq!(verified(&keys, &token), alice(), "{bad}");
    }
    // No point of the curve: that shows only when it is used.
    let off =
        json!({"kty": "EC", "crv": "P-256", "kid": "k", "x": "A".repeat(43), "y": "A".repeat(43)});
    let keys = set(&[off, public("p256", json!({"kid": "k"}))]);
    assert_eq!(
        verified(&keys, &signed("p256", Some("k"), &claims())),
        alice()
    );
}

/// Algorithm confusion: a symmetric key in the set, and tokens of HS256 that name a public key, verify nothing.
#[test]
fn a_set_verifies_no_symmetric_token() {
    let secret = BASE64_URL_SAFE_NO_PAD.encode(SECRET);
    let mut keys = set(&KEYS.map(|name| public(name, json!({"kid": "k"}))));
    keys.push(
        Jwk::deserialize(json!({"kty": "oct", "kid": "k", "k": secret, "alg": "HS256"})).unwrap(),
    );
    for kid in [Some("k"), None] {
        let token = forged(&json!({"alg": "HS256", "kid": kid}), &claims());
        assert_eq!(verified(&keys, &token), Err(Refused::UnknownKey), "{kid:?}");
    }
    for alg in ["EdDSA", "ES256", "RS256"] {
        let token = forged(&json!({"alg": alg, "kid": "k"}), &claims());
        assert_eq!(verified(&keys, &token), Err(Refused::Signature), "{alg}");
    }
}

#[test]
fn what_is_kept_reads_back_and_has_no_private_part() {
    let keys = set(&KEYS.map(|name| public(name, json!({"kid": name, "d": "private"}))));
    let text = serde_json::to_string(&keys).unwrap();
    assert_eq!(serde_json::from_str::<Vec<Jwk>>(&text).unwrap(), keys);
    assert!(
        !text.contains("private") && !text.contains("null"),
        "{text}"
    );
}

#[test]
fn what_is_no_set_is_none() {
    for text in ["", "{}", "[]", r#"{"keys": {}}"#, "<html>"] {
        assert_eq!(usable(text.as_bytes()), None, "{text}");
    }
    assert_eq!(usable(br#"{"keys": []}"#), Some(vec![]));
}
