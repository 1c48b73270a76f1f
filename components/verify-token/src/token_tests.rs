//! Claims and algorithms, case by case.

use super::*;
use crate::testing::{SECRET, claims, forged, in_seconds, public, signed, with};
use serde_json::{Value, json};

fn secret() -> DecodingKey {
    DecodingKey::from_secret(SECRET.as_bytes())
}

fn verify(token: &str, rules: &Rules) -> Result<String, Refused> {
    Token::parse(token)?.verify(&secret(), rules)
}

fn of(claims: &Value) -> Result<String, Refused> {
    verify(&signed("secret", None, claims), &Rules::default())
}

fn claim<T>(name: &str) -> Result<T, Refused> {
    Err(Refused::Claim(name.to_owned()))
}

#[test]
fn a_token_that_is_in_order_says_whose_it_is() {
    assert_eq!(of(&claims()), Ok("alice".to_owned()));
}

#[test]
fn the_times_count_with_a_minute_of_leeway() {
    let cases = [
        ("exp", in_seconds(-50), Ok("alice".to_owned())),
        ("exp", in_seconds(-70), Err(Refused::Expired)),
        ("exp", 0, Err(Refused::Expired)),
        ("nbf", in_seconds(-50), Ok("alice".to_owned())),
        ("nbf", in_seconds(50), Ok("alice".to_owned())),
        ("nbf", in_seconds(70), Err(Refused::NotYet)),
    ];
    for (name, time, expected) in cases {
        assert_eq!(of(&with(name, json!(time))), expected, "{name} {time}");
    }
}

#[test]
fn a_claim_of_another_type_is_refused() {
    let cases = [
        ("exp", json!(null)),
        ("exp", json!("9999999999")),
        ("exp", json!(-1)),
        ("exp", json!(true)),
        ("exp", json!([9_999_999_999_u64])),
        ("nbf", json!("0")),
        ("nbf", json!(null)),
        ("nbf", json!({})),
        ("sub", json!(null)),
        ("sub", json!(1)),
        ("sub", json!(["alice"])),
        ("sub", json!({"sub": "alice"})),
    ];
    for (name, value) in cases {
        let refused = of(&with(name, value.clone()));
        let known = refused == claim(name) || refused == Err(Refused::NoClaims);
        assert!(known, "{name} {value}: {refused:?}");
    }
}

#[test]
fn expiry_and_subject_must_be_there() {
    for name in ["exp", "sub"] {
        let mut claims = claims();
        claims.as_object_mut().unwrap().remove(name);
        assert_eq!(of(&claims), claim(name));
    }
}

#[test]
fn issuer_and_audience_are_checked_when_they_are_set() {
    let rules = |issuer: &str, audience: &str| Rules {
        issuer: issuer.to_owned(),
        audience: audience.to_owned(),
    };
    let cases = [
        (rules("", ""), json!({"iss": "x", "aud": "y"}), Ok(())),
        (rules("me", ""), json!({"iss": "me", "aud": "y"}), Ok(())),
        (rules("me", ""), json!({"iss": "Me"}), claim("iss")),
        (rules("me", ""), json!({"iss": "me/"}), claim("iss")),
        (rules("me", ""), json!({"iss": 1}), claim("iss")),
        (rules("me", ""), json!({}), claim("iss")),
        (rules("", "todo"), json!({"aud": "todo"}), Ok(())),
        (rules("", "todo"), json!({"aud": ["x", "todo"]}), Ok(())),
        (rules("", "todo"), json!({"aud": ["x", "y"]}), claim("aud")),
        (rules("", "todo"), json!({"aud": []}), claim("aud")),
        (rules("", "todo"), json!({"aud": "todos"}), claim("aud")),
        (rules("", "todo"), json!({"aud": {"todo": 1}}), claim("aud")),
        (rules("", "todo"), json!({}), claim("aud")),
        (
            rules("me", "todo"),
            json!({"iss": "me", "aud": "todo"}),
            Ok(()),
        ),
        (rules("me", "todo"), json!({"iss": "me"}), claim("aud")),
    ];
    for (rules, more, expected) in cases {
        let mut claims = claims();
        claims
            .as_object_mut()
            .unwrap()
            .extend(more.as_object().unwrap().clone());
        let verified = verify(&signed("secret", None, &claims), &rules).map(drop);
        assert_eq!(verified, expected, "{rules:?} {more}");
    }
}

#[test]
fn what_is_no_token_is_malformed() {
    let good = signed("secret", None, &claims());
    let [header, body, signature] = good.split('.').collect::<Vec<_>>()[..] else {
        panic!("{good}")
    };
    for bad in [
        "",
        ".",
        "..",
        "...",
        "x",
        "x.y",
        "x.y.z",
        header,
        &format!("{header}.{body}"),
        &format!(".{body}.{signature}"),
        &format!("{good}.{signature}"),
        &format!("{header}.{body}.{signature}.."),
        &format!("{header}=.{body}.{signature}"),
        &format!("{body}.{body}.{signature}"),
        &forged(&json!({"typ": "JWT"}), &claims()),
        &forged(&json!({"alg": null}), &claims()),
        &forged(&json!(["HS256"]), &claims()),
        &forged(
            &json!({"alg": "HS256", "crit": ["b64"], "b64": false}),
            &claims(),
        ),
        &forged(&json!({"alg": "HS256", "crit": []}), &claims()),
    ] {
        assert_eq!(
            verify(bad, &Rules::default()),
            Err(Refused::Malformed),
            "{bad}"
        );
    }
}

#[test]
fn a_changed_or_missing_signature_is_wrong() {
    let good = signed("secret", None, &claims());
    let (message, signature) = good.rsplit_once('.').unwrap();
    let other = signed("secret", None, &with("sub", json!("bob")));
    let (others, _) = other.rsplit_once('.').unwrap();
    let first = if signature.starts_with('A') { "B" } else { "A" };
    for bad in [
        format!("{message}."),
        format!("{message}.{first}{}", &signature[1..]),
        format!("{message}.{}", &signature[..20]),
        format!("{message}.{signature}AAAA"),
        format!("{others}.{signature}"),
    ] {
        let verified = verify(&bad, &Rules::default());
        assert!(
            verified == Err(Refused::Signature) || verified == Err(Refused::Malformed),
            "{bad}"
        );
    }
    let token = Token::parse(&good).unwrap();
    let wrong = DecodingKey::from_secret(b"another secret");
    assert_eq!(
        token.verify(&wrong, &Rules::default()),
        Err(Refused::Signature)
    );
}

#[test]
fn no_algorithm_and_those_without_a_key_are_refused() {
    for algorithm in [
        "none", "None", "NONE", "", "hs256", "HS1", "ES256K", "Ed25519",
    ] {
        let token = forged(&json!({"alg": algorithm}), &claims());
        assert_eq!(
            Token::parse(&token).err(),
            Some(Refused::Malformed),
            "{algorithm}"
        );
        let (message, _) = token.rsplit_once('.').unwrap();
        assert!(Token::parse(&format!("{message}.")).is_err(), "{algorithm}");
    }
    for algorithm in [
        "HS384", "HS512", "RS384", "RS512", "PS256", "PS384", "PS512", "ES384",
    ] {
        let token = forged(&json!({"alg": algorithm}), &claims());
        assert_eq!(
            Token::parse(&token).err(),
            Some(Refused::Algorithm),
            "{algorithm}"
        );
    }
}

/// Algorithm confusion: neither is a secret taken for a public key, nor the other way round.
#[test]
fn a_key_is_of_no_use_for_an_algorithm_of_another_kind() {
    for algorithm in ["EdDSA", "ES256", "RS256"] {
        let token = forged(&json!({"alg": algorithm}), &claims());
        assert_eq!(
            verify(&token, &Rules::default()),
            Err(Refused::Algorithm),
            "{algorithm}"
        );
    }
    let jwk = public("rsa", json!({}));
    let (n, e) = (jwk["n"].as_str().unwrap(), jwk["e"].as_str().unwrap());
    let key = DecodingKey::from_rsa_components(n, e).unwrap();
    let token = signed("secret", None, &claims());
    let verified = Token::parse(&token)
        .unwrap()
        .verify(&key, &Rules::default());
    assert_eq!(verified, Err(Refused::Algorithm));
}
