//! Start, work after the response, traps, and the end.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test fails by panicking"
)]

mod support;

use std::io::{Read as _, Write as _};

use serde_json::json;
use support::App;
use support::listener::{Answer, Listener};

#[test]
fn the_client_is_answered_before_the_work_ends() {
    let (slow, listener) = (
        Listener::start(Answer::Nothing),
        Listener::start(Answer::Hello),
    );
    let [slow_url, url] = [&slow, &listener].map(|one| format!("http://{}", one.address));
    let allowed = format!("allowed_outbound_hosts = [{slow_url:?}, {url:?}]");
    let host = App::single(&allowed).start();
    let after =
        json!([{ "fetch": { "url": slow_url } }, { "fetch": { "url": format!("{url}/done") } }]);
    let reply = host.post("/", &json!({ "steps": [{ "print": "x" }], "after": after }));
    assert_eq!((reply.status, reply.body), (200, json!([{ "ok": null }])));
    slow.requests.recv_timeout(support::PATIENCE).unwrap();
    assert!(listener.requests.try_recv().is_err(), "the work has ended");
    slow.answer_now();
    assert_eq!(
        listener.requests.recv_timeout(support::PATIENCE).unwrap(),
        "GET /done HTTP/1.1"
    );
}

#[test]
fn the_work_goes_on_when_the_client_has_gone() {
    let listener = Listener::start(Answer::Hello);
    let url = format!("http://{}", listener.address);
    let host = App::single(&format!("allowed_outbound_hosts = [{url:?}]")).start();
    let script =
        json!({ "after": [{ "sleep_ms": 300 }, { "fetch": { "url": format!("{url}/done") } }] })
            .to_string();
    let mut client = std::net::TcpStream::connect(host.address()).unwrap();
    write!(
        client,
        "POST / HTTP/1.1\r\nhost: a\r\ncontent-length: {}\r\n\r\n{script}",
        script.len()
    )
    .unwrap();
    client.read_exact(&mut [0; 12]).unwrap();
    drop(client);
    assert_eq!(
        listener.requests.recv_timeout(support::PATIENCE).unwrap(),
        "GET /done HTTP/1.1"
    );
}

#[test]
fn a_trap_is_a_500_and_the_host_goes_on() {
    let host = App::single("").start();
    let reply = host.post("/", &json!({ "steps": [{ "trap": "on purpose" }] }));
    assert_eq!((reply.status, reply.body), (500, json!("")));
    support::wait_for("the trap in the log", || {
        let log = host.log();
        log.contains("on purpose") && log.contains("component guest")
    });
    assert_eq!(host.get("/").status, 200);
}

#[test]
fn a_handler_that_returns_without_a_response_is_a_500() {
    let host = App::single("").start();
    assert_eq!(host.post("/", &json!({ "no_response": true })).status, 500);
    support::wait_for("a line in the log", || {
        host.log().contains("returned without a response")
    });
}

#[test]
fn a_trap_after_the_response_is_logged() {
    let host = App::single("").start();
    assert_eq!(
        host.post("/", &json!({ "after": [{ "trap": "too late" }] }))
            .status,
        200
    );
    support::wait_for("the trap in the log", || {
        host.log().contains("after its response started")
    });
    assert_eq!(host.get("/").status, 200);
}

#[test]
fn what_a_component_prints_is_in_the_log() {
    let host = App::single("").start();
    host.run("/", json!([{ "print": "first" }, { "print": "second" }]));
    support::wait_for("both lines", || host.log().contains("first\nsecond\n"));
}

#[test]
fn a_header_that_is_not_utf8_is_a_500() {
    let host = App::single("").start();
    let mut client = std::net::TcpStream::connect(host.address()).unwrap();
    client
        .write_all(b"GET / HTTP/1.1\r\nhost: a\r\nx: \xff\r\nconnection: close\r\n\r\n")
        .unwrap();
    let mut answer = String::new();
    client.read_to_string(&mut answer).unwrap();
    assert!(answer.starts_with("HTTP/1.1 500"), "{answer}");
}

#[test]
fn a_signal_ends_it_at_once_and_the_background_work_with_it() {
    let listener = Listener::start(Answer::Hello);
    let url = format!("http://{}", listener.address);
    for name in ["TERM", "INT"] {
        let mut host = App::single(&format!("allowed_outbound_hosts = [{url:?}]")).start();
        // Ten times as long as anybody waits here for the end of the host.
        let work = 10 * u64::try_from(support::PATIENCE.as_millis()).unwrap();
        let after = json!([{ "sleep_ms": work }, { "fetch": { "url": url } }]);
        assert_eq!(host.post("/", &json!({ "after": after })).status, 200);
        host.signal(name);
        assert_eq!(host.wait().code(), Some(0), "SIG{name}");
    }
    assert!(listener.requests.try_recv().is_err());
}

#[test]
fn a_missing_component_is_named_with_a_hint() {
    let app = App::new();
    let settings = "[component.other]\nsource = \"missing.wasm\"\n[[trigger.http]]\nroute = \"/x\"\ncomponent = \"other\"";
    let message = app.component("guest", "\"/...\"", settings).start_failure();
    assert_eq!(message.lines().count(), 1, "{message}");
    assert!(
        message.contains("missing.wasm") && message.contains("cargo xtask build"),
        "{message}"
    );
}

#[test]
fn a_manifest_that_is_wrong_is_one_line_with_its_place() {
    let message = App::single("no_such_key = 1").start_failure();
    assert_eq!(message.lines().count(), 1, "{message}");
    assert!(
        message.contains("spin.toml:") && message.contains("unknown field `no_such_key`"),
        "{message}"
    );
}

#[test]
fn a_taken_port_is_named() {
    let taken = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let address = taken.local_addr().unwrap().to_string();
    let message = App::single("").listen(&address).start_failure();
    assert!(message.contains(&address), "{message}");
}
