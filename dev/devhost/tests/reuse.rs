//! Components of WASI 0.3: instances that serve many requests. A host may start a second one when the first is not free yet,
//! so on a busy machine two requests sometimes meet in the same one a try later.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test fails by panicking"
)]

mod support;

use std::time::Duration;

use serde_json::{Value, json};
use support::{App, Host, wait_for};

const SQLITE: &str = "sqlite_databases = [\"default\"]";

/// An instance without a request is kept for a second.
const LONGER_THAN_KEPT: Duration = Duration::from_millis(1500);

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
    wait_for("the same instance", || {
        let first = ok(&host, json!("instance"));
        let second = ok(&host, json!("instance"));
        let requests = |instance: &Value| instance["requests"].as_u64().unwrap();
        second["name"] == first["name"] && requests(&second) == requests(&first) + 1
    });
}

#[test]
fn an_instance_without_requests_ends() {
    let host = app().start();
    let first = ok(&host, json!("instance"));
    wait_for("another instance", || {
        std::thread::sleep(LONGER_THAN_KEPT);
        ok(&host, json!("instance"))["name"] != first["name"]
    });
}

#[test]
fn requests_side_by_side_share_an_instance_and_nothing_else() {
    let host = app().start();
    let script =
        json!(["instance", "traceparent", { "sleep_ms": 1000 }, "traceparent", { "log": "mine" }]);
    let both = || {
        std::thread::scope(|scope| {
            let one = scope.spawn(|| host.run("/", script.clone()));
            let other = scope.spawn(|| host.run("/", script.clone()));
            (one.join().unwrap(), other.join().unwrap())
        })
    };
    let (mut one, mut other) = both();
    wait_for("both in one instance", || {
        let together = one[0]["ok"]["name"] == other[0]["ok"]["name"];
        if !together {
            // Two instances would share the next two as well: they end first.
            std::thread::sleep(LONGER_THAN_KEPT);
            (one, other) = both();
        }
        together
    });
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
    ok(&host, sql("INSERT INTO t VALUES (0)"));
    let mut rows = 1;
    let script = json!({ "steps": [sql("INSERT INTO t VALUES (1)"), { "sleep_ms": 3000 }] });
    wait_for("a neighbour in the instance that ends", || {
        let first = ok(&host, json!("instance"));
        let neighbour = std::thread::scope(|scope| {
            let neighbour = scope.spawn(|| host.post("/", &script));
            rows += 1;
            wait_for("the neighbour to write", || {
                ok(&host, sql("SELECT count(*) FROM t")) == json!([rows])
            });
            let trapped = host.post("/", &json!({ "steps": [{ "trap": "on purpose" }] }));
            assert_eq!(trapped.status, 500);
            neighbour.join().unwrap()
        });
        let next = ok(&host, json!("instance"));
        // It was in the same instance, and was not told that it is done.
        neighbour.status == 500 && next["name"] != first["name"]
    });
    let kept = ok(&host, sql("SELECT count(*) FROM t"));
    assert_eq!(kept, json!([rows]), "no write is lost");
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
    // A request that meets the trap ends with it.
    let select = json!({ "steps": [sql("SELECT n FROM t")] });
    let seen = || host.post("/", &select).body == json!([{ "ok": [1] }]);
    wait_for("the work", seen);
    wait_for("the report", || host.log().contains("too late"));
    wait_for("the next request", seen);
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
