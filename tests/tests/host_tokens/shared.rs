//! Hosts that check tokens, and calls with them.

use e2e::{Bus, Client, KeyServer, LocalHost, Reply};
use serde_json::json;

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
