//! Calls by web pages of other origins, and OPTIONS, with which a browser asks first.

use std::sync::OnceLock;

use e2e::{Bus, Call, Client, LocalHost, Reply, assert_problem};
use serde_json::json;

const PAGE: &str = "https://app.example.com";
const OTHER_PAGE: &str = "http://localhost:5173";
const STRANGER: &str = "https://evil.example.com";

const TASK: &str = "/api/ann/tasks/019a0000-0000-7000-8000-000000000000";

/// Every route that pages may call, under TASK or as it stands, and what it takes.
fn routes() -> Vec<(String, &'static str)> {
    let under = |tail: &str| format!("{TASK}{tail}");
    vec![
        ("/api/ann/tasks".to_owned(), "GET, HEAD, POST, OPTIONS"),
        (under(""), "GET, HEAD, PATCH, PUT, DELETE, OPTIONS"),
        (under("/complete"), "POST, PATCH, OPTIONS"),
        (under("/restore"), "POST, OPTIONS"),
        (under("/occurrences"), "GET, HEAD, OPTIONS"),
        ("/api/ann/notifications".to_owned(), "GET, HEAD, OPTIONS"),
        ("/api/ann/notifications/read".to_owned(), "POST, OPTIONS"),
        ("/api/ann/notifications/1/read".to_owned(), "POST, OPTIONS"),
        ("/api/ann/events".to_owned(), "GET, HEAD, OPTIONS"),
        ("/api/ann/stats".to_owned(), "GET, HEAD, OPTIONS"),
        ("/health/live".to_owned(), "GET, HEAD, OPTIONS"),
        ("/health/ready".to_owned(), "GET, HEAD, OPTIONS"),
    ]
}

/// One that lets two origins in, wants tokens, and has nobody who could check them.
fn closed() -> &'static Client {
    static HOST: OnceLock<(LocalHost, Client)> = OnceLock::new();
    let start = || {
        let variables = [
            (
                "cors_origins",
                "https://app.example.com, http://localhost:5173",
            ),
            ("jwks_url", "http://127.0.0.1:9/jwks.json"),
            ("jwks_host", "http://127.0.0.1:9"),
            ("app_api_token", "sidecar"),
            ("ops_token", "operator"),
        ];
        let host = LocalHost::start_closed("cors", &Bus::Local, &variables);
        let client = host.client();
        (host, client)
    };
    &HOST.get_or_init(start).1
}

fn from<'a>(origin: &str, call: Call<'a>) -> Call<'a> {
    call.header("origin", origin)
}

fn preflight(client: &Client, path: &str, origin: &str) -> Reply {
    let call = from(origin, client.call("OPTIONS", path));
    let call = call.header("access-control-request-headers", "authorization,if-match");
    call.header("access-control-request-method", "POST").send()
}

#[track_caller]
fn assert_open(reply: &Reply, origin: &str) {
    assert_eq!(
        reply.must_header("access-control-allow-origin"),
        origin,
        "{}",
        reply.show()
    );
    for header in ["etag", "location", "retry-after", "www-authenticate"] {
        let exposed = reply.must_header("access-control-expose-headers");
        assert!(
            exposed.split(", ").any(|one| one == header),
            "{header}: {exposed}"
        );
    }
    assert_eq!(reply.header("access-control-allow-credentials"), None);
}

#[track_caller]
fn assert_shut(reply: &Reply) {
    for name in ["origin", "methods", "headers", "credentials"] {
        let name = format!("access-control-allow-{name}");
        assert_eq!(reply.header(&name), None, "{}", reply.show());
    }
    for name in ["expose-headers", "max-age"] {
        let name = format!("access-control-{name}");
        assert_eq!(reply.header(&name), None, "{}", reply.show());
    }
}

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

#[test]
fn a_star_is_for_every_page() {
    let host = LocalHost::start_having("cors-star", &[("cors_origins", "*")]);
    let client = host.client();
    for origin in [PAGE, STRANGER, "null"] {
        let reply = preflight(&client, "/api/ann/tasks", origin).expect(204);
        assert_eq!(reply.must_header("access-control-allow-origin"), "*");
        let call = from(origin, client.call("POST", "/api/ann/tasks"));
        let reply = call.json(&json!({"title": "x"})).send().expect(201);
        assert_open(&reply, "*");
        assert!(reply.header("etag").is_some() && reply.header("location").is_some());
    }
}

#[test]
fn by_default_there_is_nothing_of_it() {
    let host = LocalHost::start("cors-default");
    let client = host.client();
    for (path, methods) in routes() {
        let reply = preflight(&client, &path, PAGE).expect(204);
        assert_eq!(reply.must_header("allow"), methods, "{path}");
        for reply in [reply, from(PAGE, client.call("GET", &path)).send()] {
            assert_shut(&reply);
            assert_eq!(reply.header("vary"), None, "{}", reply.show());
        }
        // What OPTIONS says is what 405 says.
        let refused = client.call("TRACE", &path).send();
        assert_problem(&refused, 405);
        assert_eq!(refused.must_header("allow"), methods, "{path}");
    }
}

#[test]
fn a_setting_with_a_mistake_opens_nothing_and_is_logged() {
    for (name, setting) in [
        ("cors-slash", "https://app.example.com/"),
        ("cors-mixed", "https://app.example.com,*"),
        (
            "cors-spaces",
            "https://app.example.com http://localhost:5173",
        ),
    ] {
        let host = LocalHost::start_having(name, &[("cors_origins", setting)]);
        let client = host.client();
        for origin in [PAGE, "*", setting] {
            assert_shut(&preflight(&client, "/api/ann/tasks", origin).expect(204));
            assert_shut(
                &from(origin, client.call("GET", "/api/ann/tasks"))
                    .send()
                    .expect(200),
            );
        }
        assert!(host.log().contains("cors_origins is not"), "{}", host.log());
    }
}
