//! Requests to the world: what is allowed, and how long they may take.

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

fn allowing(hosts: &Value) -> App {
    App::single(&format!("allowed_outbound_hosts = {hosts}"))
}

fn fetch(url: &str) -> Value {
    json!([{ "fetch": { "url": url } }])
}

fn error(results: &Value) -> &str {
    results[0]["error"]
        .as_str()
        .unwrap_or_else(|| panic!("no error: {results}"))
}

#[test]
fn an_allowed_host_is_reached() {
    let listener = Listener::start(Answer::Hello);
    let url = format!("http://{}", listener.address);
    let host = allowing(&json!([url])).start();
    let results = host.run("/", fetch(&format!("{url}/a?b=c")));
    assert_eq!(
        results,
        json!([{ "ok": { "status": 200, "body": "hello" } }])
    );
    assert_eq!(
        listener.requests.recv_timeout(support::PATIENCE).unwrap(),
        "GET /a?b=c HTTP/1.1"
    );
}

#[test]
fn localhost_is_not_127_0_0_1() {
    let listener = Listener::start(Answer::Hello);
    let port = listener.address.port();
    let (name, number) = (
        format!("http://localhost:{port}"),
        format!("http://127.0.0.1:{port}"),
    );
    for (allowed, other) in [(&name, &number), (&number, &name)] {
        let host = allowing(&json!([allowed])).start();
        assert!(host.run("/", fetch(allowed))[0]["ok"].is_object());
        assert_eq!(
            error(&host.run("/", fetch(other))),
            "ErrorCode::HttpRequestDenied"
        );
    }
}

#[test]
fn nothing_is_allowed_by_default_and_the_refusal_is_logged() {
    let listener = Listener::start(Answer::Hello);
    let host = App::single("").start();
    let url = format!("http://{}", listener.address);
    assert_eq!(
        error(&host.run("/", fetch(&url))),
        "ErrorCode::HttpRequestDenied"
    );
    support::wait_for("the refusal in the log", || {
        host.log().contains(&format!("may not connect to {url}"))
    });
    assert!(listener.requests.try_recv().is_err());
}

#[test]
fn a_host_can_be_a_template() {
    let listener = Listener::start(Answer::Hello);
    let url = format!("http://{}", listener.address);
    let host = allowing(&json!(["{{ sidecar }}"]))
        .variables("sidecar = { default = \"http://127.0.0.1:3500\" }\n")
        .argument(&format!("--variable=sidecar={url}"))
        .start();
    assert!(host.run("/", fetch(&url))[0]["ok"].is_object());
    assert_eq!(
        error(&host.run("/", fetch("http://127.0.0.1:3500/"))),
        "ErrorCode::HttpRequestDenied"
    );
}

#[test]
fn a_closed_port_is_a_refused_connection() {
    let host = allowing(&json!(["http://127.0.0.1:*"])).start();
    let url = format!("http://127.0.0.1:{}/", stack::free_port());
    assert_eq!(
        error(&host.run("/", fetch(&url))),
        "ErrorCode::ConnectionRefused"
    );
}

#[test]
fn a_server_that_does_not_answer_ends_in_a_timeout() {
    let listener = Listener::start(Answer::Nothing);
    let url = format!("http://{}", listener.address);
    let host = allowing(&json!([url])).start();
    let results = host.run(
        "/",
        json!([{ "fetch": { "url": url, "first_byte_ms": 200 } }]),
    );
    assert_eq!(error(&results), "ErrorCode::ConnectionReadTimeout");
}

#[test]
fn a_body_that_stops_ends_in_a_timeout() {
    let listener = Listener::start(Answer::HalfABody);
    let url = format!("http://{}", listener.address);
    let host = allowing(&json!([url])).start();
    let results = host.run(
        "/",
        json!([{ "fetch": { "url": url, "between_bytes_ms": 200 } }]),
    );
    assert!(error(&results).contains("LastOperationFailed"), "{results}");
}
