//! Components of WASI 0.3 on PostgreSQL: the connection that an instance keeps, and what happens when it breaks. A connection is
//! trusted for 100 ms and a host may start a second instance: on a busy machine a connection is sometimes seen again a try later.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test fails by panicking"
)]

mod support;

use std::collections::BTreeSet;

use serde_json::{Value, json};
use support::postgres::Server;
use support::{App, Host, wait_for};

fn start(server: &Server) -> Host {
    let settings = format!(
        "allowed_outbound_hosts = [\"postgres://127.0.0.1:{}\"]",
        server.port
    );
    App::new()
        .component_p3("guest", "\"/...\"", &settings)
        .start()
}

fn sql(server: &Server, text: &str) -> Value {
    json!({ "sql": { "address": server.url(), "sql": text } })
}

/// Which session a request has.
fn session(server: &Server, host: &Host) -> Value {
    let results = host.run("/", json!([sql(server, "SELECT pg_backend_pid()::bigint")]));
    results[0]["ok"][0].clone()
}

#[test]
fn a_connection_is_kept_for_the_next_request() {
    let server = Server::start();
    let host = start(&server);
    wait_for("the same connection", || {
        session(&server, &host) == session(&server, &host)
    });
}

#[test]
fn requests_side_by_side_share_it_and_have_their_own_rows() {
    const REQUESTS: usize = 8;
    let server = Server::start();
    let host = start(&server);
    let session_of = |number: usize| {
        let text =
            format!("SELECT unnest(ARRAY[pg_backend_pid(), {number}])::bigint FROM pg_sleep(0.05)");
        let results = host.run("/", json!([sql(&server, &text)]));
        assert_eq!(results[0]["ok"][1], number, "{results}");
        results[0]["ok"][0].as_u64().unwrap()
    };
    wait_for("fewer connections than requests", || {
        let sessions: BTreeSet<_> = std::thread::scope(|scope| {
            let requests: Vec<_> = (0..REQUESTS)
                .map(|number| scope.spawn(move || session_of(number)))
                .collect();
            requests
                .into_iter()
                .map(|one| one.join().unwrap())
                .collect()
        });
        sessions.len() < REQUESTS
    });
}

#[test]
fn a_connection_that_broke_while_nobody_used_it_is_replaced() {
    let server = Server::start();
    let host = start(&server);
    let first = session(&server, &host);
    server.query(&format!("SELECT pg_terminate_backend({first})"));
    wait_for("the end of the session", || server.sessions() == "0");
    // Longer than a connection is trusted without being asked, shorter than an instance is kept.
    std::thread::sleep(std::time::Duration::from_millis(300));
    let second = session(&server, &host);
    assert!(second.is_number() && second != first, "{second}");
}

#[test]
fn a_statement_whose_connection_breaks_is_unavailable_and_not_sent_again() {
    let server = Server::start();
    server.query("CREATE SEQUENCE runs");
    let host = start(&server);
    server.with_lock(|end_lock| {
        std::thread::scope(|scope| {
            // It has an effect, and then waits.
            let waiting = "SELECT n FROM (SELECT nextval('runs') AS n OFFSET 0) run \
                           WHERE n::text || (SELECT pg_advisory_lock(1))::text <> ''";
            let request = scope.spawn(|| host.run("/", json!([sql(&server, waiting)])));
            let holds = "FROM pg_stat_activity WHERE wait_event = 'advisory'";
            wait_for("the statement to wait", || {
                server.query(&format!("SELECT count(*) {holds}")) == "1"
            });
            server.query(&format!("SELECT pg_terminate_backend(pid) {holds}"));
            let results = request.join().unwrap();
            end_lock();
            assert_eq!(
                results,
                json!([{ "error": "unavailable" }]),
                "{}",
                host.log()
            );
        });
    });
    let runs = server.query("SELECT last_value FROM runs WHERE is_called");
    assert_eq!(runs, "1", "how often it ran");
    assert!(
        session(&server, &host).is_number(),
        "the next has another connection"
    );
}

#[test]
fn a_statement_that_fails_leaves_the_connection_fit_for_others() {
    let server = Server::start();
    let host = start(&server);
    wait_for("the same connection after it", || {
        let first = session(&server, &host);
        let results = host.run("/", json!([sql(&server, "SELECT 1/0")]));
        let error = results[0]["error"].as_str().unwrap();
        assert!(error.contains("22012"), "{results}");
        session(&server, &host) == first
    });
}
