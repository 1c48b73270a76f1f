//! Keys of an identity provider: found, kept, asked for again, and at most once a minute.

use std::thread;

use e2e::tokens::{claims, signed};
use e2e::{KeyServer, LocalHost, SOON, assert_problem, eventually};
use serde_json::json;

use crate::shared::{
    ago_on_postgres, assert_invalid, call, fetched_ago, host_with, key, list, on_postgres, token,
};

const LONG_AGO: &str = "2000-01-01T00:00:00.000000";

/// As if the provider had been asked long ago.
fn a_minute_passes(host: &LocalHost) {
    let sql = "UPDATE jwks SET asked_at = ?1";
    assert_eq!(host.outbox().execute(sql, &[&LONG_AGO]), 1);
}

#[test]
fn tokens_of_all_three_algorithms_pass_beside_keys_that_are_of_no_use() {
    let bad = json!({"kty": "OKP", "crv": "Ed25519", "kid": "rsa", "x": "AAAA"});
    let future = json!({"kty": "LATTICE", "kid": "future", "alg": "ML-DSA-65"});
    let keys = [
        bad,
        json!(null),
        future,
        key("ed25519"),
        key("p256"),
        key("rsa"),
    ];
    let server = KeyServer::start(&keys);
    let host = host_with("tokens-keys", &server, &[]);
    let client = host.client();
    for name in ["ed25519", "p256", "rsa"] {
        list(&client, &token(name)).expect(200);
        list(&client, &signed(name, None, &claims())).expect(200);
        let others = call(&client, "GET", "/api/bob/stats", &token(name));
        assert_problem(&others, 403);
    }
    assert_eq!(server.calls(), 1);
}

#[test]
fn an_unknown_key_is_asked_for_at_most_once_a_minute() {
    let server = KeyServer::start(&[key("ed25519")]);
    let host = host_with("tokens-rotation", &server, &[]);
    let client = host.client();
    list(&client, &token("ed25519")).expect(200);
    server.rotate(&[key("p256")]);
    for _ in 0..5 {
        assert_invalid(&list(&client, &token("p256")));
    }
    assert_eq!(server.calls(), 1);
    a_minute_passes(&host);
    list(&client, &token("p256")).expect(200);
    assert_invalid(&list(&client, &token("ed25519")));
    assert_invalid(&list(&client, &token("rsa")));
    assert_eq!(server.calls(), 2);
}

#[test]
fn many_first_calls_at_once_ask_once_and_all_pass() {
    let server = KeyServer::start(&[key("ed25519")]);
    let host = host_with("tokens-first", &server, &[]);
    let client = host.client();
    thread::scope(|scope| {
        let calls: Vec<_> = (0..30)
            .map(|_| scope.spawn(|| list(&client, &token("ed25519")).status()))
            .collect();
        for call in calls {
            assert_eq!(call.join().expect("no panic"), 200);
        }
    });
    assert_eq!(server.calls(), 1);
}

#[test]
fn a_provider_that_is_away_is_an_outage_until_it_has_answered_once() {
    let server = KeyServer::start(&[]);
    server.answer(500, "{}");
    let host = host_with("tokens-away", &server, &[]);
    let client = host.client();
    let refused = list(&client, &token("ed25519"));
    assert_problem(&refused, 503);
    refused.must_header("retry-after");
    // A token that is no token needs no provider.
    assert_invalid(&list(&client, "x"));

    server.rotate(&[key("ed25519")]);
    a_minute_passes(&host);
    list(&client, &token("ed25519")).expect(200);

    // What is known goes on.
    for (status, body) in [(500, "{}"), (200, "<html>"), (404, "")] {
        server.answer(status, body);
        a_minute_passes(&host);
        assert_invalid(&list(&client, &token("p256")));
        list(&client, &token("ed25519")).expect(200);
    }
}

#[test]
fn a_key_that_was_withdrawn_is_forgotten() {
    let server = KeyServer::start(&[key("ed25519"), key("rsa")]);
    let host = host_with("tokens-withdrawn", &server, &[]);
    let client = host.client();
    list(&client, &token("rsa")).expect(200);
    server.rotate(&[key("ed25519")]);
    fetched_ago(&host, "11 minutes");
    // Nobody waits for the newer ones.
    list(&client, &token("rsa")).expect(200);
    eventually(SOON, "the withdrawn key to be refused", || {
        (list(&client, &token("rsa")).status() == 401).then_some(())
    });
    list(&client, &token("ed25519")).expect(200);
    assert_eq!(server.calls(), 2);
}

#[test]
fn the_keys_are_kept_on_postgres_too() {
    let server = KeyServer::start(&[key("ed25519")]);
    let host = on_postgres("tokens-postgres", &server);
    let client = host.client();
    for _ in 0..3 {
        list(&client, &token("ed25519")).expect(200);
        assert_invalid(&list(&client, &token("p256")));
    }
    assert_eq!(server.calls(), 1);
    server.rotate(&[key("p256")]);
    ago_on_postgres(&host, "2 minutes");
    list(&client, &token("p256")).expect(200);
    assert_invalid(&list(&client, &token("ed25519")));
    assert_eq!(server.calls(), 2);
}

#[test]
fn a_provider_that_may_not_be_called_is_an_outage_that_the_log_explains() {
    let variables = [("jwks_url", "http://127.0.0.1:9/jwks.json")];
    let host = crate::shared::host("tokens-permission", &variables);
    assert_problem(&list(&host.client(), &token("ed25519")), 503);
    let log = host.log();
    assert!(log.contains("not in allowed_outbound_hosts"), "{log}");
}
