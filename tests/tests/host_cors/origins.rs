//! Which pages may call which routes, and what they learn.

use e2e::assert_problem;
use serde_json::json;

use crate::shared::{
    OTHER_PAGE, PAGE, STRANGER, TASK, assert_open, assert_shut, closed, from, preflight, routes,
};

#[test]
fn a_browser_asks_without_a_token_and_learns_what_a_route_takes() {
    for origin in [PAGE, OTHER_PAGE] {
        for (path, methods) in routes() {
            let reply = preflight(closed(), &path, origin).expect(204);
            assert_eq!(
                reply.must_header("access-control-allow-origin"),
                origin,
                "{path}"
            );
            assert_eq!(
                reply.must_header("access-control-allow-methods"),
                methods,
                "{path}"
            );
            assert_eq!(
                reply.must_header("access-control-allow-headers"),
                "authorization, content-type, if-match, if-none-match, idempotency-key, traceparent, last-event-id"
            );
            assert!(
                reply
                    .must_header("access-control-max-age")
                    .parse::<u32>()
                    .unwrap()
                    >= 600
            );
            assert_eq!(reply.must_header("vary"), "origin", "{path}");
            assert_eq!(reply.text(), "");
        }
    }
}

#[test]
fn options_without_an_origin_says_what_a_route_takes_and_nothing_about_pages() {
    for (path, methods) in routes() {
        let reply = closed().call("OPTIONS", &path).send().expect(204);
        assert_eq!(reply.must_header("allow"), methods, "{path}");
        assert_shut(&reply);
    }
    let missing = format!("{TASK}/nonsense");
    assert_problem(&closed().call("OPTIONS", &missing).send(), 401);
}

#[test]
fn an_answer_is_readable_also_when_it_is_an_error() {
    let with = |token: &str| {
        let call = from(PAGE, closed().call("GET", "/api/ann/tasks"));
        call.header("authorization", token).send()
    };
    // ES256 of nobody's key, whose keys cannot be fetched.
    let token = "Bearer eyJhbGciOiJFUzI1NiJ9.eyJzdWIiOiJhbm4iLCJleHAiOjQxMDI0NDQ4MDB9.AAAA";
    let large = from(PAGE, closed().call("POST", "/api/ann/tasks"));
    let large = large.json(&json!({"title": "x".repeat(3_000_000)})).send();
    for (reply, status) in [
        (
            from(PAGE, closed().call("GET", "/api/ann/tasks")).send(),
            401,
        ),
        (with("Bearer x"), 401),
        (with(token), 503),
        (large, 413),
        (
            from(PAGE, closed().call("GET", "/api/a%zz/tasks")).send(),
            400,
        ),
    ] {
        assert_problem(&reply, status);
        assert_open(&reply, PAGE);
        assert_eq!(reply.must_header("vary"), "origin");
    }
    assert_open(
        &from(PAGE, closed().call("GET", "/health/ready"))
            .send()
            .expect(200),
        PAGE,
    );
}

#[test]
fn another_origin_gets_no_headers() {
    for origin in [
        STRANGER,
        "null",
        "https://app.example.com:444",
        "http://app.example.com",
    ] {
        for (path, _) in routes() {
            let reply = preflight(closed(), &path, origin).expect(204);
            assert_shut(&reply);
            assert_eq!(reply.must_header("vary"), "origin", "{path}");
            let reply = from(origin, closed().call("GET", &path)).send();
            assert_shut(&reply);
            assert_eq!(reply.must_header("vary"), "origin", "{path}");
        }
    }
}

/// A cache that has the answer to no page must not give it to one.
#[test]
fn an_answer_to_no_page_depends_on_the_origin_too() {
    let reply = closed().get("/health/live").expect(200);
    assert_eq!(reply.must_header("vary"), "origin");
    assert_shut(&reply);
}

#[test]
fn the_routes_of_machines_and_operators_are_for_no_page() {
    for (method, path, token) in [
        ("GET", "/dapr/subscribe", ("dapr-api-token", "sidecar")),
        ("POST", "/api/events/tasks", ("dapr-api-token", "sidecar")),
        (
            "POST",
            "/api/events/tasks/created",
            ("dapr-api-token", "sidecar"),
        ),
        ("POST", "/jobs/relay-outbox", ("dapr-api-token", "sidecar")),
        (
            "GET",
            "/ops/dead-letters",
            ("authorization", "Bearer operator"),
        ),
        (
            "DELETE",
            "/ops/users/ann",
            ("authorization", "Bearer operator"),
        ),
    ] {
        for origin in [PAGE, STRANGER] {
            assert_shut(&preflight(closed(), path, origin));
            let call = from(origin, closed().call(method, path));
            assert_shut(&call.header(token.0, token.1).send());
        }
    }
}
