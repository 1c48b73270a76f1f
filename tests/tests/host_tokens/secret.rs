//! HS256 by `jwt_secret`: every route of a user's, for the user and for others.

use std::sync::OnceLock;

use e2e::tokens::{SECRET, claims, claims_of, forged_with, signed, with};
use e2e::{LocalHost, assert_problem};
use serde_json::json;

use crate::shared::{assert_invalid, call, create, host, list};

fn by_secret() -> &'static LocalHost {
    static HOST: OnceLock<LocalHost> = OnceLock::new();
    HOST.get_or_init(|| host("tokens-secret", &[("jwt_secret", SECRET)]))
}

/// The routes under `/api/{user}` and what they answer to their user about a task of hers, in this order.
fn routes(id: &str) -> Vec<(&'static str, String, u16)> {
    let none = "019a0000-0000-7000-8000-000000000000";
    vec![
        ("GET", "/tasks".to_owned(), 200),
        ("POST", "/tasks".to_owned(), 415),
        ("POST", "/tasks/batch".to_owned(), 415),
        ("GET", format!("/tasks/{id}"), 200),
        ("PATCH", format!("/tasks/{id}"), 415),
        ("PUT", format!("/tasks/{id}"), 415),
        ("GET", format!("/tasks/{id}/occurrences"), 200),
        ("POST", format!("/tasks/{id}/complete"), 200),
        ("DELETE", format!("/tasks/{id}"), 204),
        ("POST", format!("/tasks/{id}/restore"), 200),
        ("GET", "/notifications".to_owned(), 200),
        ("POST", "/notifications/read".to_owned(), 200),
        ("POST", format!("/notifications/{none}/read"), 404),
        ("GET", "/events".to_owned(), 200),
        ("GET", "/stats".to_owned(), 200),
    ]
}

#[test]
fn a_user_passes_on_every_route_and_nobody_else_does() {
    let client = by_secret().client();
    let alice = signed("secret", None, &claims());
    let bob = signed("secret", None, &claims_of("bob"));
    let id = create(&client, &alice);
    for (method, tail, status) in routes(&id) {
        let path = format!("/api/alice{tail}");
        assert_problem(&call(&client, method, &path, &bob), 403);
        let nobody = client.call(method, &path).send();
        assert_problem(&nobody, 401);
        assert_eq!(nobody.must_header("www-authenticate"), "Bearer");
        call(&client, method, &path, &alice).expect(status);
    }
    let bobs = call(&client, "GET", "/api/bob/tasks", &bob)
        .expect(200)
        .json();
    assert_eq!(bobs["items"], json!([]));
}

#[test]
fn every_user_that_can_have_tasks_can_have_a_token() {
    let client = by_secret().client();
    for (user, path) in [
        ("a+b&c=d?e#f%g;h", "a+b&c=d%3Fe%23f%25g;h"),
        ("x@example.com", "x%40example.com"),
        ("auth0|123", "auth0%7C123"),
        ("\"~\\", "%22~%5C"),
    ] {
        let token = signed("secret", None, &claims_of(user));
        let path = format!("/api/{path}/tasks");
        call(&client, "GET", &path, &token).expect(200);
        assert_problem(&list(&client, &token), 403);
    }
}

#[test]
fn a_token_opens_no_route_of_the_sidecar_or_of_operators() {
    let client = by_secret().client();
    let alice = signed("secret", None, &claims());
    for (method, path) in [
        ("GET", "/dapr/subscribe"),
        ("POST", "/api/events/tasks"),
        ("POST", "/jobs/relay-outbox"),
    ] {
        assert_problem(&call(&client, method, path, &alice), 401);
    }
    assert_problem(&call(&client, "GET", "/ops/dead-letters", &alice), 403);
    assert_problem(&call(&client, "DELETE", "/ops/users/alice", &alice), 403);
    // The verifier itself is no route at all.
    for path in ["/users/alice", "/verify-token/users/alice"] {
        call(&client, "GET", path, &alice).expect(404);
    }
}

#[test]
fn without_secret_and_keys_the_problem_names_what_to_set() {
    let client = host("tokens-none", &[("jwt_issuer", "x")]);
    let client = client.client();
    for reply in [
        client.get("/api/alice/tasks"),
        list(&client, &signed("secret", None, &claims())),
    ] {
        let problem = assert_problem(&reply, 401);
        let detail = problem["detail"].as_str().expect("a text");
        assert!(
            detail.contains("jwt_secret") && detail.contains("jwks_url"),
            "{detail}"
        );
    }
}

#[test]
fn issuer_and_audience_are_checked_when_set() {
    let variables = [
        ("jwt_secret", SECRET),
        ("jwt_issuer", "https://id.example.com/"),
        ("jwt_audience", "todo"),
    ];
    let host = host("tokens-claims", &variables);
    let client = host.client();
    let token = |iss: &str, aud: serde_json::Value| {
        let mut claims = with("iss", json!(iss));
        claims["aud"] = aud;
        signed("secret", None, &claims)
    };
    let issuer = "https://id.example.com/";
    list(&client, &token(issuer, json!("todo"))).expect(200);
    list(&client, &token(issuer, json!(["other", "todo"]))).expect(200);
    for bad in [
        token(issuer, json!("other")),
        token(issuer, json!(null)),
        token("https://id.example.com", json!("todo")),
        signed("secret", None, &claims()),
    ] {
        assert_invalid(&list(&client, &bad));
    }
}

#[test]
fn a_secret_that_can_be_guessed_admits_nobody() {
    let short = &SECRET[..31];
    let host = host("tokens-short", &[("jwt_secret", short)]);
    let token = forged_with(short.as_bytes(), &json!({"alg": "HS256"}), &claims());
    let problem = assert_problem(&list(&host.client(), &token), 401);
    let detail = problem["detail"].as_str().expect("a text");
    assert!(detail.contains("jwt_secret"), "{detail}");
}
