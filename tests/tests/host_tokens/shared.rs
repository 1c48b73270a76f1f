//! Hosts that check tokens, and calls with them.

use e2e::tokens::{claims, public, signed};
use e2e::{Bus, Client, KeyServer, LocalHost, Reply};
use serde_json::{Value, json};

/// A host with these variables and `auth` as the manifest has it.
pub(crate) fn host(name: &str, variables: &[(&str, &str)]) -> LocalHost {
    LocalHost::start_closed(name, &Bus::Local, variables)
}

/// A host that has the keys of a server.
pub(crate) fn host_with(name: &str, server: &KeyServer, more: &[(&str, &str)]) -> LocalHost {
    let url = format!("{}/jwks.json", server.url());
    let variables = [("jwks_url", url.as_str()), ("jwks_host", &server.url())];
    host(name, &[&variables, more].concat())
}

/// The same on PostgreSQL.
pub(crate) fn on_postgres(name: &str, server: &KeyServer) -> LocalHost {
    let url = format!("{}/jwks.json", server.url());
    let variables = [
        ("auth", "jwt"),
        ("jwks_url", &url),
        ("jwks_host", &server.url()),
    ];
    LocalHost::start_on_postgres_having(name, &variables)
}

/// A key of the tests under its name.
pub(crate) fn key(name: &str) -> Value {
    public(name, json!({"kid": name}))
}

/// A token that it has signed.
pub(crate) fn token(name: &str) -> String {
    signed(name, Some(name), &claims())
}

/// As if the keys had been fetched so long ago ("23 hours"), and nobody had asked since.
pub(crate) fn fetched_ago(host: &LocalHost, time: &str) {
    let then = format!("strftime('%Y-%m-%dT%H:%M:%f000', 'now', '-{time}')");
    let sql = format!("UPDATE jwks SET asked_at = {then}, fetched_at = {then}");
    assert_eq!(host.outbox().execute(&sql, &[]), 1);
}

/// The same on PostgreSQL.
pub(crate) fn ago_on_postgres(host: &LocalHost, time: &str) {
    let then = format!("(clock_timestamp() AT TIME ZONE 'utc') - interval '{time}'");
    let sql = format!("UPDATE jwks SET asked_at = {then}, fetched_at = {then}");
    host.database().sql(&sql);
}

/// A call with a bearer token.
#[track_caller]
pub(crate) fn call(client: &Client, method: &str, path: &str, token: &str) -> Reply {
    let call = client.call(method, path);
    call.header("authorization", &format!("Bearer {token}"))
        .send()
}

/// The list of alice's tasks.
#[track_caller]
pub(crate) fn list(client: &Client, token: &str) -> Reply {
    call(client, "GET", "/api/alice/tasks", token)
}

/// A new task of alice's.
#[track_caller]
pub(crate) fn create(client: &Client, token: &str) -> String {
    let call = client.call("POST", "/api/alice/tasks");
    let call = call.header("authorization", &format!("Bearer {token}"));
    let body = json!({"title": "x", "due_date": "2031-01-31T09:00:00Z", "is_recurring": true,
                      "recurring_interval": "daily"});
    let task = call.json(&body).send().expect(201).json();
    e2e::id_of(&task).to_owned()
}

/// Checks that the bearer is told that the token is at fault (RFC 6750, section 3).
#[track_caller]
pub(crate) fn assert_invalid(reply: &Reply) {
    e2e::assert_problem(reply, 401);
    let challenge = reply.must_header("www-authenticate");
    assert!(
        challenge.starts_with(r#"Bearer error="invalid_token", error_description=""#),
        "{}",
        reply.show()
    );
}
