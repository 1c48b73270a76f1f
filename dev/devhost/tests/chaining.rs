//! Requests from one component to another, inside the host.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test fails by panicking"
)]

mod support;

use serde_json::{Value, json};
use support::App;
use support::listener::{Answer, Listener};

fn call(component: &str, steps: Value) -> Value {
    json!({ "fetch": { "url": format!("http://{component}.spin.internal/some/path?x=1"), "body": { "steps": steps } } })
}

#[test]
fn a_component_calls_another_which_calls_a_third() {
    let host = App::new()
        .component(
            "a",
            "\"/a\"",
            "allowed_outbound_hosts = [\"http://b.spin.internal\"]",
        )
        .component(
            "b",
            "\"/b\"",
            "allowed_outbound_hosts = [\"http://*.spin.internal\"]",
        )
        .component("c", "{ private = true }", "variables = { name = \"c\" }")
        .start();
    let results = host.run(
        "/a",
        json!([call(
            "b",
            json!([call("c", json!([{ "variable": "name" }]))])
        )]),
    );
    let innermost = json!([{ "ok": "c" }]);
    let expected = json!([{ "ok": { "status": 200, "body": [{ "ok": { "status": 200, "body": innermost } }] } }]);
    assert_eq!(results, expected);
}

#[test]
fn chaining_must_be_allowed() {
    let host = App::new()
        .component(
            "a",
            "\"/a\"",
            "allowed_outbound_hosts = [\"http://c.spin.internal\"]",
        )
        .component("b", "\"/b\"", "")
        .start();
    let results = host.run("/a", json!([call("b", json!([]))]));
    assert_eq!(
        results,
        json!([{ "error": "ErrorCode::HttpRequestDenied" }])
    );
}

#[test]
fn the_path_arrives_whole_and_without_a_host() {
    let host = App::new()
        .component(
            "a",
            "\"/a\"",
            "allowed_outbound_hosts = [\"http://b.spin.internal\"]",
        )
        .component("b", "\"/b/:x/...\"", "")
        .start();
    let results = host.run(
        "/a",
        json!([{ "fetch": { "url": "http://b.spin.internal/echo/1?x=2" } }]),
    );
    let echo = &results[0]["ok"]["body"];
    assert_eq!(echo["path"], "/echo/1?x=2");
    assert_eq!(echo["authority"], "b.spin.internal");
    assert_eq!(echo["headers"]["spin-path-info"], "/echo/1");
    assert_eq!(echo["headers"]["spin-component-route"], "");
    assert_eq!(echo["headers"]["spin-client-addr"], "0.0.0.0:0");
}

#[test]
fn a_client_from_outside_cannot_chain() {
    let host = App::new().component("a", "{ private = true }", "").start();
    let mut request = std::net::TcpStream::connect(host.address()).unwrap();
    use std::io::{Read as _, Write as _};
    request
        .write_all(b"GET /echo HTTP/1.1\r\nhost: a.spin.internal\r\nconnection: close\r\n\r\n")
        .unwrap();
    let mut answer = String::new();
    request.read_to_string(&mut answer).unwrap();
    assert!(answer.starts_with("HTTP/1.1 404"), "{answer}");
}

#[test]
fn a_trap_of_the_called_component_is_a_500_for_the_caller() {
    let host = App::new()
        .component(
            "a",
            "\"/a\"",
            "allowed_outbound_hosts = [\"http://b.spin.internal\"]",
        )
        .component("b", "\"/b\"", "")
        .start();
    let results = host.run("/a", json!([call("b", json!([{ "trap": "on purpose" }]))]));
    assert_eq!(results, json!([{ "ok": { "status": 500, "body": "" } }]));
}

#[test]
fn chaining_works_after_the_response_too() {
    let listener = Listener::start(Answer::Hello);
    let url = format!("http://{}", listener.address);
    let host = App::new()
        .component(
            "a",
            "\"/a\"",
            "allowed_outbound_hosts = [\"http://b.spin.internal\"]",
        )
        .component(
            "b",
            "\"/b\"",
            &format!("allowed_outbound_hosts = [{url:?}]"),
        )
        .start();
    let steps = json!([{ "fetch": { "url": format!("{url}/done") } }]);
    let reply = host.post(
        "/a",
        &json!({ "after": [{ "sleep_ms": 100 }, call("b", steps)] }),
    );
    assert_eq!(reply.status, 200);
    assert_eq!(
        listener.requests.recv_timeout(support::PATIENCE).unwrap(),
        "GET /done HTTP/1.1"
    );
}
