//! HTTP in and out of components of WASI 0.3: bodies, streams, chaining, deadlines.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test fails by panicking"
)]

mod support;

use std::io::{BufRead as _, BufReader, Write as _};
use std::net::TcpStream;
use std::time::{Duration, Instant};

use serde_json::{Value, json};
use support::listener::{Answer, Listener};
use support::{App, Host, wait_for};

fn start(hosts: &str) -> Host {
    let settings = format!("allowed_outbound_hosts = [{hosts:?}]");
    App::new()
        .component_p3("guest", "\"/...\"", &settings)
        .start()
}

fn fetch(url: &str, timeout_ms: u64) -> Value {
    json!([{ "fetch": { "url": url, "timeout_ms": timeout_ms } }])
}

#[test]
fn a_body_goes_through_whole_and_one_that_is_too_large_does_not() {
    let host = start("http://none.invalid");
    for length in [0, 1, 100_000, 2_000_000] {
        let text = "a".repeat(length);
        let reply = host.post("/echo", &Value::from(text.clone()));
        assert_eq!((reply.status, reply.body), (200, Value::from(text)));
    }
    let reply = host.post("/echo", &Value::from("a".repeat(3_000_000)));
    assert_eq!(reply.status, 413);
    assert_eq!(reply.body["detail"], "the body is too large");
}

#[test]
fn a_streamed_answer_comes_piece_by_piece() {
    let host = start("http://none.invalid");
    let mut client = TcpStream::connect(host.address()).unwrap();
    client
        .write_all(b"GET /stream HTTP/1.1\r\nhost: x\r\n\r\n")
        .unwrap();
    let begun = Instant::now();
    let lines = BufReader::new(client).lines().map_while(Result::ok);
    let mut pieces = lines.filter(|line| line.starts_with("piece "));
    assert_eq!(pieces.next().unwrap(), "piece 0");
    let first = begun.elapsed();
    assert_eq!(pieces.next().unwrap(), "piece 1");
    assert_eq!(pieces.next().unwrap(), "piece 2");
    assert!(
        begun.elapsed() >= first + Duration::from_millis(100),
        "all at once"
    );
}

#[test]
fn a_client_that_goes_away_ends_the_stream() {
    let host = start("http://none.invalid");
    let mut client = TcpStream::connect(host.address()).unwrap();
    client
        .write_all(b"GET /stream HTTP/1.1\r\nhost: x\r\n\r\n")
        .unwrap();
    let mut lines = BufReader::new(client).lines().map_while(Result::ok);
    assert!(lines.any(|line| line == "piece 0"));
    drop(lines);
    wait_for("the end", || host.log().contains("the client has gone"));
}

#[test]
fn a_neighbour_that_hangs_costs_no_more_than_the_deadline() {
    for answer in [Answer::Nothing, Answer::HalfABody] {
        let listener = Listener::start(answer);
        let url = format!("http://{}", listener.address);
        let host = start(&url);
        let results = host.run("/", fetch(&format!("{url}/"), 300));
        assert_eq!(results[0]["error"], "no answer within 300 ms");
    }
}

#[test]
fn what_is_not_allowed_or_not_there_is_told() {
    let host = start("http://127.0.0.1:1");
    let error = |url| host.run("/", fetch(url, 5000))[0]["error"].clone();
    let denied = error("http://127.0.0.1:2/");
    assert_eq!(
        denied,
        "request not possible: not in allowed_outbound_hosts"
    );
    assert_eq!(
        error("http://127.0.0.1:1/"),
        "no answer: connection refused"
    );
}

#[test]
fn components_of_both_generations_call_each_other() {
    let all = "allowed_outbound_hosts = [\"http://*.spin.internal\"]";
    let host = App::new()
        .component("old", "\"/old\"", all)
        .component_p3("new", "\"/new\"", all)
        .component_p3(
            "last",
            "{ private = true }",
            "variables = { name = \"last\" }",
        )
        .start();
    let call = |component: &str, steps: Value| {
        let url = format!("http://{component}.spin.internal/");
        json!([{ "fetch": { "url": url, "timeout_ms": 5000, "body": { "steps": steps } } }])
    };
    let script = call("new", call("last", json!([{ "variable": "name" }])));
    let results = host.run("/old", script);
    let last = json!([{ "ok": "last" }]);
    let new = json!([{ "ok": { "status": 200, "body": last } }]);
    assert_eq!(results, json!([{ "ok": { "status": 200, "body": new } }]));
    let results = host.run("/new", call("old", json!([])));
    assert_eq!(results, json!([{ "ok": { "status": 200, "body": [] } }]));
}
