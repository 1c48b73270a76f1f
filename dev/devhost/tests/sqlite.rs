//! `spin:sqlite`: values, permissions, where the file lies, and what happens when two write at once.

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

const SETTINGS: &str = "sqlite_databases = [\"default\"]";

fn sql(sql: &str, parameters: Value) -> Value {
    json!({ "sqlite": { "sql": sql, "parameters": parameters } })
}

#[test]
fn values_come_back_as_they_went_in() {
    let host = App::single(SETTINGS).start();
    let values = json!([null, -7, 2.5, "grüße", [0, 255]]);
    let results = host.run(
        "/",
        json!([
            sql("CREATE TABLE t (a, b, c, d, e)", json!([])),
            sql("INSERT INTO t VALUES (?, ?, ?, ?, ?)", values.clone()),
            sql("SELECT * FROM t", json!([])),
        ]),
    );
    assert_eq!(results[1]["ok"]["changes"], 1);
    assert_eq!(results[1]["ok"]["last_insert_rowid"], 1);
    assert_eq!(
        results[2]["ok"]["columns"],
        json!(["a", "b", "c", "d", "e"])
    );
    assert_eq!(results[2]["ok"]["rows"], json!([values]));
}

#[test]
fn the_file_lies_in_the_state_directory_and_outlives_the_host() {
    let state = tempfile::tempdir().unwrap();
    let start = || {
        App::single(SETTINGS)
            .argument(&format!("--state-dir={}", state.path().display()))
            .start()
    };
    start().run(
        "/",
        json!([
            sql("CREATE TABLE t (a)", json!([])),
            sql("INSERT INTO t VALUES (1)", json!([]))
        ]),
    );
    assert!(state.path().join("sqlite_db.db").is_file());
    let results = start().run("/", json!([sql("SELECT a FROM t", json!([]))]));
    assert_eq!(results[0]["ok"]["rows"], json!([[1]]));
}

#[test]
fn without_a_state_directory_the_file_lies_beside_the_manifest() {
    let host = App::single(SETTINGS).start();
    host.run("/", json!([sql("CREATE TABLE t (a)", json!([]))]));
    assert!(host.folder.path().join(".spin/sqlite_db.db").is_file());
}

#[test]
fn the_runtime_configuration_can_name_the_file() {
    let host = App::single(SETTINGS)
        .runtime_config("[sqlite_database.default]\ntype = \"spin\"\npath = \"deeper/own.db\"\n")
        .start();
    host.run("/", json!([sql("CREATE TABLE t (a)", json!([]))]));
    assert!(host.folder.path().join("deeper/own.db").is_file());
}

#[test]
fn a_database_that_is_not_listed_is_denied() {
    let host = App::single("").start();
    let results = host.run("/", json!([sql("SELECT 1", json!([]))]));
    assert_eq!(results, json!([{ "error": "Error::AccessDenied" }]));
}

#[test]
fn a_database_that_is_not_configured_stops_the_start() {
    let message = App::single("sqlite_databases = [\"other\"]").start_failure();
    assert!(
        message.contains("uses the SQLite database `other`, which is not configured"),
        "{message}"
    );
}

#[test]
fn foreign_keys_are_enforced() {
    let host = App::single(SETTINGS).start();
    let results = host.run(
        "/",
        json!([
            sql("CREATE TABLE parent (id INTEGER PRIMARY KEY)", json!([])),
            sql(
                "CREATE TABLE child (parent REFERENCES parent (id))",
                json!([])
            ),
            sql("INSERT INTO child VALUES (1)", json!([])),
        ]),
    );
    assert!(
        results[2]["error"]
            .as_str()
            .unwrap()
            .contains("FOREIGN KEY constraint failed"),
        "{results}"
    );
}

#[test]
fn each_open_is_a_connection_of_its_own() {
    let host = App::single(SETTINGS).start();
    let on =
        |connection: &str, sql: &str| json!({ "sqlite": { "sql": sql, "connection": connection } });
    let results = host.run(
        "/",
        json!([
            on("a", "CREATE TABLE t (a)"),
            on("a", "BEGIN"),
            on("a", "INSERT INTO t VALUES (1)"),
            on("b", "SELECT count(*) FROM t"),
            on("a", "COMMIT"),
            on("b", "SELECT count(*) FROM t"),
        ]),
    );
    assert_eq!(results[3]["ok"]["rows"], json!([[0]]));
    assert_eq!(results[5]["ok"]["rows"], json!([[1]]));
}

#[test]
fn writers_wait_for_each_other_and_hold_up_nothing_else() {
    let listener = Listener::start(Answer::Nothing);
    let url = format!("http://{}", listener.address);
    let host = App::single(&format!("{SETTINGS}\nallowed_outbound_hosts = [{url:?}]")).start();
    host.run("/", json!([sql("CREATE TABLE t (a)", json!([]))]));
    let hold = json!([
        sql("BEGIN IMMEDIATE", json!([])),
        { "fetch": { "url": url } },
        sql("COMMIT", json!([])),
    ]);
    let insert = json!([sql("INSERT INTO t VALUES (1)", json!([]))]);
    std::thread::scope(|scope| {
        let holder = scope.spawn(|| host.run("/", hold));
        listener.requests.recv_timeout(support::PATIENCE).unwrap();
        let writers: Vec<_> = (0..16)
            .map(|_| scope.spawn(|| host.run("/", insert.clone())))
            .collect();
        assert_eq!(host.get("/").status, 200);
        assert!(!holder.is_finished(), "it holds the lock until it is told");
        assert!(writers.iter().all(|writer| !writer.is_finished()));
        listener.answer_now();
        for writer in writers {
            let results = writer.join().unwrap();
            assert!(results[0]["ok"].is_object(), "{results}");
        }
    });
    let results = host.run("/", json!([sql("SELECT count(*) FROM t", json!([]))]));
    assert_eq!(results[0]["ok"]["rows"], json!([[16]]));
}
