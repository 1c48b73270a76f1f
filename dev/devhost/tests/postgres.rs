//! `spin:postgres` against a real server: values, errors, permissions, and the hazard of Spin's pool.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test fails by panicking"
)]

mod support;

use serde_json::{Value, json};
use support::App;
use support::postgres::Server;

fn app(server: &Server) -> App {
    App::single(&format!(
        "allowed_outbound_hosts = [\"postgres://127.0.0.1:{}\"]",
        server.port
    ))
}

fn query(address: &str, sql: &str, parameters: Value) -> Value {
    json!({ "postgres": { "address": address, "sql": sql, "parameters": parameters } })
}

fn execute(address: &str, sql: &str) -> Value {
    json!({ "postgres": { "address": address, "sql": sql, "execute": true } })
}

/// (parameter, type in PostgreSQL, what comes back)
fn values() -> Vec<(Value, &'static str, &'static str)> {
    vec![
        (json!({ "boolean": true }), "bool", "DbValue::Boolean(true)"),
        (json!({ "int64": -3 }), "int8::int2", "DbValue::Int16(-3)"),
        (
            json!({ "int64": 70000 }),
            "int8::int4",
            "DbValue::Int32(70000)",
        ),
        (
            json!({ "int64": 5_000_000_000_i64 }),
            "int8",
            "DbValue::Int64(5000000000)",
        ),
        (json!({ "str": "grüße" }), "text", "DbValue::Str(\"grüße\")"),
        (
            json!({ "str": "short" }),
            "varchar(10)",
            "DbValue::Str(\"short\")",
        ),
        (
            json!({ "datetime": [2026, 1, 31, 9, 0, 1, 250_000_000] }),
            "timestamp",
            "DbValue::Datetime((2026, 1, 31, 9, 0, 1, 250000000))",
        ),
        (
            json!({ "uuid": "018f2f4e-0000-7000-8000-000000000001" }),
            "uuid",
            "DbValue::Uuid(\"018f2f4e-0000-7000-8000-000000000001\")",
        ),
        (
            json!({ "jsonb": { "a": 1 } }),
            "jsonb",
            "DbValue::Jsonb([123, 34, 97, 34, 58, 49, 125])",
        ),
        (json!(null), "uuid", "DbValue::DbNull"),
        (json!(null), "timestamp", "DbValue::DbNull"),
    ]
}

#[test]
fn values_come_back_as_they_went_in() {
    let server = Server::start();
    let host = app(&server).start();
    for (parameter, kind, expected) in values() {
        let steps = json!([query(
            &server.url(),
            &format!("SELECT $1::{kind} AS v"),
            json!([parameter])
        )]);
        let results = host.run("/", steps);
        assert_eq!(
            results[0]["ok"]["rows"],
            json!([[expected]]),
            "{kind}: {results}"
        );
    }
}

#[test]
fn statements_answer_rows_or_a_count() {
    let server = Server::start();
    let host = app(&server).start();
    // Also: an address of key=value pairs.
    let address = format!(
        "host=127.0.0.1 port={} user=postgres dbname=postgres sslmode=disable",
        server.port
    );
    let results = host.run(
        "/",
        json!([
            execute(&address, "CREATE TABLE t (id int4 PRIMARY KEY, name text)"),
            execute(&address, "INSERT INTO t VALUES (1, 'a'), (2, 'b')"),
            query(&address, "SELECT id, name FROM t ORDER BY id", json!([])),
            query(&address, "SELECT id FROM t WHERE id > 2", json!([])),
        ]),
    );
    assert_eq!(results[1], json!({ "ok": 2 }));
    let columns = json!(["id DbDataType::Int32", "name DbDataType::Str"]);
    let rows = json!([
        ["DbValue::Int32(1)", "DbValue::Str(\"a\")"],
        ["DbValue::Int32(2)", "DbValue::Str(\"b\")"]
    ]);
    assert_eq!(
        results[2],
        json!({ "ok": { "columns": columns, "rows": rows } })
    );
    assert_eq!(results[3], json!({ "ok": { "columns": [], "rows": [] } }));
}

#[test]
fn errors_have_their_parts() {
    let server = Server::start();
    let host = app(&server).start();
    let url = server.url();
    let results = host.run(
        "/",
        json!([
            execute(&url, "CREATE TABLE t (id int4 PRIMARY KEY)"),
            execute(&url, "INSERT INTO t VALUES (1)"),
            execute(&url, "INSERT INTO t VALUES (1)"),
            query(&url, "SELEC", json!([])),
            query(&url, "SELECT $1::uuid", json!([{ "uuid": "no uuid" }])),
            query(&url, "SELECT now()", json!([])),
            query(&url, "SELECT $1::float8", json!([{ "float64": 2.5 }])),
            query(&url, "SELECT 2.5::float8 AS x", json!([])),
        ]),
    );
    let duplicate = &results[2]["error"];
    assert_eq!(
        (&duplicate["kind"], &duplicate["severity"]),
        (&json!("db-error"), &json!("ERROR"))
    );
    assert_eq!(duplicate["code"], "23505");
    assert_eq!(duplicate["detail"], "Key (id)=(1) already exists.");
    assert_eq!(results[3]["error"]["code"], "42601", "syntax error");
    assert_eq!(results[4]["error"]["kind"], "bad-parameter");
    // A time with a zone cannot be read, as in Spin 3.6.
    assert_eq!(results[5]["error"]["kind"], "query-failed");
    for (index, kind, part) in [
        (6, "bad-parameter", "Floating64"),
        (7, "query-failed", "the type float8 of the column x"),
    ] {
        let error = &results[index]["error"];
        assert_eq!(error["kind"], kind, "{error}");
        assert!(error["message"].as_str().unwrap().contains(part), "{error}");
    }
}

#[test]
fn a_server_that_is_not_allowed_is_not_connected_to() {
    let server = Server::start();
    let host = app(&server).start();
    let other = server.url().replace("127.0.0.1", "localhost");
    let results = host.run("/", json!([query(&other, "SELECT 1", json!([]))]));
    let port = server.port;
    let message = format!("address postgres://localhost:{port} is not permitted");
    assert_eq!(
        results,
        json!([{ "error": { "kind": "connection-failed", "message": message } }])
    );
}

#[test]
fn a_server_that_is_away_is_a_failed_connection_until_it_is_back() {
    let port = stack::free_port();
    let host = App::single("allowed_outbound_hosts = [\"postgres://127.0.0.1:*\"]").start();
    let address = format!("postgres://postgres@127.0.0.1:{port}/postgres");
    let results = host.run("/", json!([query(&address, "SELECT 1", json!([]))]));
    assert_eq!(results[0]["error"]["kind"], "connection-failed");
    let server = Server::start();
    let results = host.run("/", json!([query(&server.url(), "SELECT 1", json!([]))]));
    assert!(results[0]["ok"].is_object(), "{results}");
}

/// The hazard that this application is built around: see `src/postgres/mod.rs`.
#[test]
fn a_trap_inside_a_transaction_swallows_the_next_writes() {
    let server = Server::start();
    let host = app(&server).start();
    let url = server.url();
    host.run("/", json!([execute(&url, "CREATE TABLE t (id int4)")]));
    let script = json!({ "steps": [execute(&url, "BEGIN"), execute(&url, "INSERT INTO t VALUES (1)"), { "trap": "now" }] });
    assert_eq!(host.post("/", &script).status, 500);
    let results = host.run("/", json!([execute(&url, "INSERT INTO t VALUES (2)")]));
    assert_eq!(results, json!([{ "ok": 1 }]), "the host says it is written");
    assert_eq!(server.query("SELECT count(*) FROM t"), "0", "and it is not");
    let idle = "SELECT count(*) FROM pg_stat_activity WHERE state = 'idle in transaction'";
    assert_eq!(server.query(idle), "1");
}

#[test]
fn the_pool_has_64_connections_and_further_requests_wait() {
    let server = Server::start();
    let host = app(&server).start();
    // Each holds its connection until the test lets go of the lock.
    let slow = "SELECT 1 FROM (SELECT pg_advisory_xact_lock_shared(1)) AS waited";
    let slow = json!([query(&server.url(), slow, json!([]))]);
    server.with_lock(|release| {
        std::thread::scope(|scope| {
            let request = || scope.spawn(|| host.run("/", slow.clone()));
            let requests: Vec<_> = (0..80).map(|_| request()).collect();
            support::wait_for("a full pool", || server.sessions() == "64");
            assert!(requests.iter().all(|request| !request.is_finished()));
            release();
            for request in requests {
                let results = request.join().unwrap();
                assert!(results[0]["ok"].is_object(), "{results}");
            }
        });
    });
    assert_eq!(server.sessions(), "64", "kept for the next requests");
}
