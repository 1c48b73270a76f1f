//! Components of WASI 0.3: instances that serve many requests.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test fails by panicking"
)]

mod support;

use serde_json::{Value, json};
use support::{App, Host, wait_for};

const SQLITE: &str = "sqlite_databases = [\"default\"]";

fn app() -> App {
    App::new().component_p3("guest", "\"/...\"", SQLITE)
}

/// The value of a single step.
fn ok(host: &Host, step: Value) -> Value {
    let results = host.run("/", json!([step]));
    assert!(results[0].get("ok").is_some(), "{results}");
    results[0]["ok"].clone()
}

fn sql(text: &str) -> Value {
    json!({ "sql": { "sql": text } })
}

#[test]
fn an_instance_serves_one_request_after_another() {
    let host = app().start();
    let first = ok(&host, json!("instance"));
    let second = ok(&host, json!("instance"));
    assert_eq!(second["name"], first["name"]);
    assert_eq!(second["requests"], 2);
}

#[test]
fn an_instance_without_requests_ends() {
    let host = app().start();
    let first = ok(&host, json!("instance"));
    wait_for("another instance", || {
        std::thread::sleep(std::time::Duration::from_millis(1500));
        ok(&host, json!("instance"))["name"] != first["name"]
    });
}

#[test]
fn requests_side_by_side_share_an_instance_and_nothing_else() {
    let host = app().start();
    let script =
        json!(["instance", "traceparent", { "sleep_ms": 1000 }, "traceparent", { "log": "mine" }]);
    let (one, other) = std::thread::scope(|scope| {
        let one = scope.spawn(|| host.run("/", script.clone()));
        let other = scope.spawn(|| host.run("/", script.clone()));
        (one.join().unwrap(), other.join().unwrap())
    });
    assert_eq!(one[0]["ok"]["name"], other[0]["ok"]["name"]);
    assert_ne!(one[1], other[1], "each has its span");
    for results in [one, other] {
        assert_eq!(results[1], results[3], "and keeps it");
        let span = results[1]["ok"].as_str().unwrap()[36..52].to_owned();
        let logged = format!("\"span_id\":\"{span}\",\"message\":\"mine\"");
        wait_for("the line of the log", || host.log().contains(&logged));
    }
}

#[test]
fn a_trap_harms_no_later_request_and_nothing_that_was_answered() {
    let host = app().start();
    ok(&host, sql("CREATE TABLE t (n INTEGER)"));
    let first = ok(&host, json!("instance"));
    ok(&host, sql("INSERT INTO t VALUES (1)"));
    let script =
        json!({ "steps": [sql("INSERT INTO t VALUES (2) RETURNING n"), { "sleep_ms": 3000 }] });
    let neighbour = std::thread::scope(|scope| {
        let neighbour = scope.spawn(|| host.post("/", &script));
        let two = sql("SELECT count(*) FROM t");
        wait_for("the neighbour to write", || {
            ok(&host, two.clone()) == json!([2])
        });
        let trapped = host.post("/", &json!({ "steps": [{ "trap": "on purpose" }] }));
        assert_eq!(trapped.status, 500);
        neighbour.join().unwrap()
    });
    // It was in the same instance, and was not told that it is done.
    assert_eq!(neighbour.status, 500, "{}", host.log());
    let next = ok(&host, json!("instance"));
    assert_ne!(next["name"], first["name"]);
    assert_eq!(next["requests"], 1, "a fresh one");
    assert_eq!(ok(&host, sql("SELECT n FROM t ORDER BY n")), json!([1, 2]));
    assert!(host.log().contains("on purpose"), "{}", host.log());
}

#[test]
fn work_after_the_response_goes_on_and_a_trap_in_it_is_told() {
    let host = app().start();
    ok(&host, sql("CREATE TABLE t (n INTEGER)"));
    let after =
        json!([{ "sleep_ms": 300 }, sql("INSERT INTO t VALUES (1)"), { "trap": "too late" }]);
    let reply = host.post("/", &json!({ "after": after }));
    assert_eq!((reply.status, reply.body), (200, json!([])));
    wait_for("the work", || {
        ok(&host, sql("SELECT n FROM t")) == json!([1])
    });
    wait_for("the report", || host.log().contains("too late"));
    ok(&host, json!("instance"));
}

#[test]
fn a_statement_that_fails_fails_alone() {
    let host = app().start();
    let results = host.run("/", json!([sql("SELECT nonsense"), sql("SELECT 1")]));
    assert!(
        results[0]["error"]
            .as_str()
            .unwrap()
            .contains("no such column")
    );
    assert_eq!(results[1]["ok"], json!([1]));
}

#[test]
fn a_variable_is_read_each_time() {
    let settings = "variables = { name = \"{{ name }}\" }";
    let host = App::new()
        .component_p3("guest", "\"/...\"", settings)
        .variables("name = { default = \"Ann\" }\n")
        .start();
    for _ in 0..2 {
        assert_eq!(ok(&host, json!({ "variable": "name" })), "Ann");
    }
    assert_eq!(
        ok(&host, json!({ "variable": "other" })),
        "",
        "unknown is empty"
    );
}
