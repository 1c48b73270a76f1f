//! Whole JSON Web Signatures. Their payloads are no claims, so a signature that is accepted ends as [`Refused::NoClaims`].

use crate::jwk;
use crate::token::{Refused, Rules, Token};
use base64::Engine;
use base64::prelude::BASE64_URL_SAFE_NO_PAD as BASE64;
use jsonwebtoken::Algorithm;
use serde_json::{Value, json};

const SIGNATURES: &str = include_str!("../../testdata/json_web_signature_test.json");
const KEYS: &str = include_str!("../../testdata/json_web_key_test.json");

/// The algorithms of tokens that are refused here whatever their signature.
const OTHERS: [&str; 8] = [
    "HS384", "HS512", "RS384", "RS512", "PS256", "PS384", "PS512", "ES512",
];

/// Signatures whose judgement here is not that of the set.
const OTHER_SIGNATURES: [u64; 4] = [
    // The same text as the valid one of 357: what was wrong with its base64 got lost on the way into the set.
    367, 370,
    // Valid in a lenient reading, with a question mark inside; RFC 7515, section 5.2, refuses such base64url.
    372, 373,
];

/// Keys whose judgement here is not that of the set.
const OTHER_KEYS: [u64; 5] = [
    // Symmetric keys beside others, and of other uses: a secret is a variable here and never in a set, so nothing is mixed.
    1, 4, 25, 26,
    // Keys of a known weak generator (ROCA) are not looked for: the keys are the provider's own.
    7,
];

/// Whether a host with this key, or a set of them, takes the signature for good.
fn accepts(key: &Value, jws: &str) -> bool {
    let Ok(token) = Token::parse(jws) else {
        return false;
    };
    let rules = Rules::default();
    let keys = key.get("keys").cloned().unwrap_or_else(|| json!([key]));
    if token.algorithm() == Algorithm::HS256 {
        let secret = keys[0]["k"].as_str().unwrap_or_default();
        let secret = BASE64.decode(secret).unwrap();
        let problem = crate::by_secret(&token, &rules, &secret).unwrap_err();
        let expected = crate::refuse(Refused::NoClaims).into_response();
        return problem.into_response().body() == expected.body();
    }
    let set = json!({ "keys": keys }).to_string();
    let keys = jwk::usable(set.as_bytes()).unwrap();
    jwk::verify(&keys, &token, &rules) == Err(Refused::NoClaims)
}

fn algorithm(jws: &str) -> String {
    let header = jws.split('.').next().unwrap();
    let header = BASE64.decode(header).unwrap();
    let header: Value = serde_json::from_slice(&header).unwrap();
    header["alg"].as_str().unwrap().to_owned()
}

/// Judges a set; returns how many of its vectors were accepted and refused.
fn judge(set: &str, others: &[u64]) -> (usize, usize) {
    let set: Value = serde_json::from_str(set).unwrap();
    let (mut accepted, mut refused) = (0, 0);
    for group in set["testGroups"].as_array().unwrap() {
        let key = group.get("public").unwrap_or(&group["private"]);
        for test in group["tests"].as_array().unwrap() {
            let jws = test["jws"].as_str().unwrap();
            let valid = test["result"] == "valid";
            let is_other = others.iter().any(|id| test["tcId"] == *id);
            let expected = if is_other {
                !valid
            } else {
                valid && !OTHERS.contains(&algorithm(jws).as_str())
            };
            assert_eq!(accepts(key, jws), expected, "{test}");
            *(if expected {
                &mut accepted
            } else {
                &mut refused
            }) += 1;
        }
    }
    (accepted, refused)
}

#[test]
fn json_web_signatures() {
    assert_eq!(judge(SIGNATURES, &OTHER_SIGNATURES), (20, 381));
}

#[test]
fn json_web_keys() {
    assert_eq!(judge(KEYS, &OTHER_KEYS), (8, 18));
}
