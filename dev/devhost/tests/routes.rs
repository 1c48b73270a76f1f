//! Which component answers a path, and what it learns about its request.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test fails by panicking"
)]

mod support;

use serde_json::json;
use support::App;

/// Every guest shows its own name as the variable `name`.
fn named(app: App, id: &str, route: &str) -> App {
    app.component(id, route, &format!("variables = {{ name = \"{id}\" }}"))
}

#[test]
fn the_most_exact_route_wins() {
    let routes = [
        ("any", "\"/api/...\""),
        ("tasks", "\"/api/:user_id/tasks/...\""),
        ("events", "\"/api/events/tasks\""),
        ("created", "\"/api/events/tasks/created\""),
    ];
    let host = routes
        .into_iter()
        .fold(App::new(), |app, (id, route)| named(app, id, route))
        .start();
    let cases = [
        ("/api/events/tasks", "events"),
        ("/api/events/tasks/created", "created"),
        ("/api/ann/tasks", "tasks"),
        ("/api/ann/tasks/1/complete", "tasks"),
        ("/api/events/tasks/other", "tasks"),
        ("/api/ann/other", "any"),
        ("/api", "any"),
    ];
    for (path, expected) in cases {
        let results = host.run(path, json!([{ "variable": "name" }]));
        assert_eq!(results, json!([{ "ok": expected }]), "{path}");
    }
    assert_eq!(host.get("/other").status, 404);
}

#[test]
fn a_private_route_is_reachable_from_inside_alone() {
    let app = named(App::new(), "hidden", "{ private = true }");
    let host = app
        .component(
            "front",
            "\"/...\"",
            "allowed_outbound_hosts = [\"http://hidden.spin.internal\"]",
        )
        .start();
    for path in ["/hidden", "/"] {
        // Both are the front's: the hidden one has no path at all.
        let results = host.run(path, json!([{ "variable": "name" }]));
        assert!(results[0]["error"].is_string(), "{results}");
    }
    let body = json!({ "steps": [{ "variable": "name" }] });
    let chained = host.run(
        "/",
        json!([{ "fetch": { "url": "http://hidden.spin.internal/", "body": body } }]),
    );
    assert_eq!(
        chained,
        json!([{ "ok": { "status": 200, "body": [{ "ok": "hidden" }] } }])
    );
}

#[test]
fn the_health_route_is_the_hosts_own() {
    let host = App::single("").start();
    let health = host.get("/.well-known/spin/health");
    assert_eq!((health.status, health.body), (200, json!("OK")));
    assert_eq!(host.get("/.well-known/spin/other").status, 404);
}

#[test]
fn a_component_learns_what_the_router_found() {
    let app = App::new().component(
        "guest",
        "\"/api/:user_id/...\"",
        "environment = { MODE = \"test\" }",
    );
    let host = app.start();
    let echo = host.get("/api/ann/echo/1?x=2").body;
    let url = &host.url;
    assert_eq!(echo["path"], "/api/ann/echo/1?x=2");
    assert_eq!(echo["authority"], host.address());
    assert_eq!(echo["environment"], json!({ "MODE": "test" }));
    assert_eq!(
        echo["headers"]["spin-full-url"],
        format!("{url}/api/ann/echo/1?x=2")
    );
    assert_eq!(echo["headers"]["spin-path-info"], "/echo/1");
    assert_eq!(echo["headers"]["spin-matched-route"], "/api/:user_id/...");
    assert_eq!(echo["headers"]["spin-component-route"], "/api/:user_id");
    assert_eq!(echo["headers"]["spin-path-match-user-id"], "ann");
    assert!(
        echo["headers"]["spin-client-addr"]
            .as_str()
            .unwrap()
            .starts_with("127.0.0.1:")
    );
}
