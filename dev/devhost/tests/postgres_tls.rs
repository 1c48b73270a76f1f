//! `spin:postgres` and TLS, which devhost does not have: it must fail where Spin would insist on it.

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

/// What a component sees that connects to `server` with `mode` at the end of the address.
fn connect(server: &Server, mode: &str) -> Value {
    let allowed = format!(
        "allowed_outbound_hosts = [\"postgres://127.0.0.1:{}\"]",
        server.port
    );
    let host = App::single(&allowed).start();
    let address = format!("{}{mode}", server.url());
    let query = json!({ "postgres": { "address": address, "sql": "SELECT 1", "parameters": [] } });
    host.run("/", json!([query]))[0].clone()
}

/// Spin would verify the certificate and fail; a host that silently goes plain hides that until the deployment.
#[test]
fn a_server_that_speaks_tls_is_connected_to_only_without_it() {
    let server = Server::start_with_tls();
    for mode in ["", "?sslmode=prefer", "?sslmode=require"] {
        let result = connect(&server, mode);
        assert_eq!(result["error"]["kind"], "connection-failed", "{result}");
        let message = result["error"]["message"].as_str().unwrap();
        assert!(message.contains("sslmode=disable"), "{mode}: {message}");
    }
    let result = connect(&server, "?sslmode=disable");
    assert!(result["ok"].is_object(), "{result}");
}

#[test]
fn a_server_without_tls_is_connected_to_unless_the_address_requires_it() {
    let server = Server::start();
    for mode in ["", "?sslmode=prefer", "?sslmode=disable"] {
        let result = connect(&server, mode);
        assert!(result["ok"].is_object(), "{mode}: {result}");
    }
    let result = connect(&server, "?sslmode=require");
    assert_eq!(result["error"]["kind"], "connection-failed", "{result}");
}
