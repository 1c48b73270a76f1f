//! Tokens that nobody may pass with, on a host that has a secret and keys, so that one may be mistaken for the other.

use base64::Engine;
use base64::prelude::BASE64_URL_SAFE_NO_PAD as BASE64;
use e2e::tokens::{SECRET, claims, forged, forged_with, in_seconds, public, signed, with};
use e2e::{KeyServer, assert_problem};
use serde_json::{Value, json};

use crate::shared::{assert_invalid, host_with, list};

/// What an attacker may take for a secret: everything that the provider makes public of a key.
fn confused(jwk: &Value) -> Vec<String> {
    let header = json!({"alg": "HS256", "kid": "rsa"});
    let modulus = jwk["n"].as_str().expect("a modulus");
    let bytes = BASE64.decode(modulus).expect("base64url");
    [modulus.as_bytes(), &bytes, jwk.to_string().as_bytes(), b""]
        .map(|secret| forged_with(secret, &header, &claims()))
        .into()
}

fn bad_tokens(jwk: &Value) -> Vec<String> {
    let good = signed("secret", None, &claims());
    let (message, signature) = good.rsplit_once('.').expect("three parts");
    let (header, body) = message.split_once('.').expect("three parts");
    let hs256 = |claims: &Value| signed("secret", None, claims);
    let mut tokens = vec![
        "x".to_owned(),
        "x.y.z".to_owned(),
        "..".to_owned(),
        header.to_owned(),
        message.to_owned(),
        format!("{message}."),
        format!("{good}.{good}"),
        format!("{body}.{header}.{signature}"),
        format!("{message}.{}", signature.to_lowercase()),
        format!("{good}="),
        format!("{} {}", message, signature),
        hs256(&with("exp", json!(in_seconds(-70)))),
        hs256(&with("exp", json!("tomorrow"))),
        hs256(&with("exp", json!(null))),
        hs256(&with("nbf", json!(in_seconds(90)))),
        hs256(&with("nbf", json!("today"))),
        hs256(&with("sub", json!(null))),
        hs256(&with("sub", json!(["alice"]))),
        hs256(&json!({"sub": "alice"})),
        hs256(&json!({"exp": in_seconds(60)})),
        hs256(&json!({})),
        hs256(&json!("alice")),
        signed("ed25519", Some("unknown"), &claims()),
        signed("ed25519", Some("ed25519_other"), &claims()),
        signed("ed25519", Some("rsa"), &claims()),
        signed("rsa", Some("rsa"), &with("exp", json!(in_seconds(-70)))),
    ];
    for algorithm in ["none", "None", "nOnE", ""] {
        let token = forged(&json!({"alg": algorithm}), &claims());
        let (message, _) = token.rsplit_once('.').expect("three parts");
        tokens.extend([format!("{message}."), token]);
    }
    for algorithm in ["HS384", "RS256", "ES256", "EdDSA", "PS256", "ES384"] {
        tokens.push(forged(&json!({"alg": algorithm, "kid": "rsa"}), &claims()));
    }
    for header in [
        json!({"alg": "HS256", "crit": ["exp"]}),
        json!({"alg": ["HS256"]}),
        json!({"typ": "JWT"}),
    ] {
        tokens.push(forged(&header, &claims()));
    }
    // A key that comes with the token is nobody's.
    let own = json!({"kty": "oct", "k": BASE64.encode("own")});
    tokens.push(forged_with(
        b"own",
        &json!({"alg": "HS256", "jwk": own}),
        &claims(),
    ));
    tokens.extend(confused(jwk));
    tokens
}

#[test]
fn no_bad_token_passes() {
    let jwk = public("rsa", json!({"kid": "rsa"}));
    let server = KeyServer::start(&[
        jwk.clone(),
        public("ed25519_other", json!({"kid": "ed25519_other"})),
        json!({"kty": "oct", "kid": "oct", "alg": "HS256", "k": BASE64.encode("public")}),
    ]);
    let host = host_with("tokens-bad", &server, &[("jwt_secret", SECRET)]);
    let client = host.client();
    // Both ways work here.
    list(&client, &signed("secret", None, &claims())).expect(200);
    list(&client, &signed("rsa", Some("rsa"), &claims())).expect(200);
    let tokens = bad_tokens(&jwk);
    assert!(tokens.len() > 40, "{}", tokens.len());
    for token in &tokens {
        assert_invalid(&list(&client, token));
    }
    let oct = json!({"alg": "HS256", "kid": "oct"});
    assert_invalid(&list(&client, &forged_with(b"public", &oct, &claims())));
    assert_eq!(server.calls(), 1, "asked at most once a minute");
}

#[test]
fn a_secret_alone_takes_no_token_of_another_algorithm_and_keys_alone_none_of_hs256() {
    let secret = crate::shared::host("tokens-secret-alone", &[("jwt_secret", SECRET)]);
    for name in ["ed25519", "p256", "rsa"] {
        assert_invalid(&list(&secret.client(), &signed(name, Some("k"), &claims())));
    }
    let server = KeyServer::start(&[public("rsa", json!({"kid": "k"}))]);
    let keys = host_with("tokens-keys-alone", &server, &[]);
    for secret in [SECRET, "", "k"] {
        let header = json!({"alg": "HS256", "kid": "k"});
        let token = forged_with(secret.as_bytes(), &header, &claims());
        assert_invalid(&list(&keys.client(), &token));
    }
    assert_eq!(server.calls(), 0);
}

#[test]
fn a_header_that_is_not_one_bearer_token_is_none() {
    let host = crate::shared::host("tokens-header", &[("jwt_secret", SECRET)]);
    let client = host.client();
    let token = signed("secret", None, &claims());
    for value in [
        token.clone(),
        format!("Basic {token}"),
        format!("Token {token}"),
        "Bearer".to_owned(),
        String::new(),
    ] {
        let call = client.call("GET", "/api/alice/tasks");
        assert_problem(&call.header("authorization", &value).send(), 401);
    }
    let call = client.call("GET", "/api/alice/tasks");
    let twice = call.header("authorization", &format!("Bearer {token}"));
    let twice = twice.header("authorization", &format!("Bearer {token}"));
    assert_problem(&twice.send(), 401);
    let call = client.call("GET", "/api/alice/tasks");
    let any_case = call.header("authorization", &format!("bEARER {token}"));
    any_case.send().expect(200);
}
