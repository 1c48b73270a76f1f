//! A host without configuration is closed: nobody reads or changes anything, and nobody delivers events. The machine
//! routes open with Dapr's token.

use std::collections::BTreeSet;
use std::sync::OnceLock;

use e2e::{
    Bus, Event, LocalHost, SOON, User, assert_acknowledged, assert_problem, contract, routes,
};
use serde_json::json;

const TOKEN: &str = "the token of the sidecar";

/// One with `auth` as the manifest has it, and a token for the sidecar.
fn host() -> &'static LocalHost {
    static HOST: OnceLock<LocalHost> = OnceLock::new();
    HOST.get_or_init(|| LocalHost::start_closed("closed", &Bus::Local, &[("app_api_token", TOKEN)]))
}

/// What only the sidecar may call.
const MACHINE: [(&str, &str); 13] = [
    ("GET", "/dapr/subscribe"),
    ("POST", "/api/events/tasks"),
    ("POST", "/api/events/tasks/created"),
    ("POST", "/api/events/tasks/updated"),
    ("POST", "/api/events/tasks/completed"),
    ("POST", "/api/events/tasks/deleted"),
    ("POST", "/api/events/reminders"),
    ("POST", "/api/events/reminders/triggered"),
    ("POST", "/api/events/dead-letter"),
    ("POST", "/jobs/redeliver"),
    ("POST", "/jobs/relay-outbox"),
    ("POST", "/jobs/purge-expired"),
    ("POST", "/jobs/trigger-reminders"),
];

/// What only a user may call, under `/api/{user}`.
const OWN: [(&str, &str); 18] = [
    ("GET", "/tasks"),
    ("POST", "/tasks"),
    ("GET", "/tasks/019a0000-0000-7000-8000-000000000000"),
    ("PATCH", "/tasks/019a0000-0000-7000-8000-000000000000"),
    ("PUT", "/tasks/019a0000-0000-7000-8000-000000000000"),
    ("DELETE", "/tasks/019a0000-0000-7000-8000-000000000000"),
    (
        "POST",
        "/tasks/019a0000-0000-7000-8000-000000000000/complete",
    ),
    (
        "POST",
        "/tasks/019a0000-0000-7000-8000-000000000000/restore",
    ),
    (
        "GET",
        "/tasks/019a0000-0000-7000-8000-000000000000/occurrences",
    ),
    ("GET", "/notifications"),
    ("POST", "/notifications/read"),
    (
        "POST",
        "/notifications/019a0000-0000-7000-8000-000000000000/read",
    ),
    ("GET", "/events"),
    ("GET", "/events/stream"),
    ("GET", "/stats"),
    ("GET", "/calendar"),
    ("POST", "/calendar"),
    ("DELETE", "/calendar"),
];

/// What a secret of its own opens, and no token.
const BY_SECRET: &str = "/api/:user_id/calendar.ics";

/// What everybody may call, and nothing else.
const OPEN: [&str; 6] = [
    "/health/...",
    "/openapi.json",
    "/asyncapi.json",
    "/",
    "/docs",
    "/console/...",
];

/// Every route of the manifest is in one of the lists above, or open to all, or the operators'.
#[test]
fn no_route_is_forgotten() {
    for route in &routes() {
        let known = match route.strip_prefix("/api/:user_id") {
            Some(own) => {
                let own = own.trim_end_matches("/...");
                OWN.iter().any(|(_, path)| path.starts_with(own))
            }
            None => MACHINE.iter().any(|(_, path)| *path == route),
        };
        let operators =
            ["/ops/dead-letters/...", "/ops/users/...", "/ops/outbox"].contains(&route.as_str());
        assert!(
            known || operators || route == BY_SECRET || OPEN.contains(&route.as_str()),
            "{route}"
        );
    }
}

#[test]
fn a_user_without_a_token_gets_nothing() {
    let user = User::new(host().client());
    for (method, tail) in OWN {
        assert_problem(&user.call_own(method, tail), 401);
    }
    let path = format!("/api/{}/tasks", user.id);
    let call = user.client.call("POST", &path).json(&json!({"title": "x"}));
    assert_problem(&call.header("authorization", "Bearer x").send(), 401);
}

#[test]
fn a_refused_user_learns_how_to_authenticate() {
    let reply = User::new(host().client())
        .call("GET", "")
        .send()
        .expect(401);
    assert!(
        reply.must_header("www-authenticate").starts_with("Bearer"),
        "{}",
        reply.show()
    );
}

#[test]
fn the_machine_routes_want_the_sidecars_token() {
    let client = host().client();
    for (method, path) in MACHINE {
        for token in [
            None,
            Some(""),
            Some("wrong"),
            Some("the token of the sideca"),
            Some("The token of the sidecar"),
        ] {
            let mut call = client.call(method, path);
            if let Some(token) = token {
                call = call.header("dapr-api-token", token);
            }
            assert_problem(&call.send(), 401);
        }
    }
}

#[test]
fn a_token_that_is_set_is_checked_also_when_auth_is_off() {
    let variables = [("auth", "off"), ("app_api_token", TOKEN)];
    let open = LocalHost::start_closed("closed-off", &Bus::Local, &variables);
    let client = open.client();
    for (method, path) in MACHINE {
        assert_problem(&client.call(method, path).send(), 401);
        let wrong = client.call(method, path).header("dapr-api-token", "wrong");
        assert_problem(&wrong.send(), 401);
    }
    let subscribe = client.call("GET", "/dapr/subscribe");
    subscribe.header("dapr-api-token", TOKEN).send().expect(200);

    // Users need none, and the components have it for each other.
    let user = User::new(client.clone());
    let task = user.create_recurring("daily", "2026-01-01T09:00:00Z");
    let id = task["id"].as_str().expect("an id");
    user.wait_for_occurrence(&user.complete(id), 2, SOON);
}

#[test]
fn without_a_token_auth_off_opens_the_machine_routes() {
    let open = LocalHost::start_closed("closed-open", &Bus::Local, &[("auth", "off")]);
    open.client().get("/dapr/subscribe").expect(200);
}

#[test]
fn the_sidecar_passes_with_its_token() {
    let client = host().client();
    client
        .call("GET", "/dapr/subscribe")
        .header("dapr-api-token", TOKEN)
        .send()
        .expect(200);
    let task = json!({"id": e2e::new_id(), "user_id": "ann", "version": 1, "title": "x"});
    let event = Event::of("task.deleted", &task);
    for path in ["/api/events/tasks", "/api/events/tasks/deleted"] {
        let call = client
            .call("POST", path)
            .header("dapr-api-token", TOKEN)
            .json(&event.json);
        assert_acknowledged(&call.send(), "SUCCESS");
    }
}

#[test]
fn an_empty_token_opens_nothing() {
    let closed = LocalHost::start_closed("closed-empty", &Bus::Local, &[]);
    for (method, path) in MACHINE {
        assert_problem(
            &closed
                .client()
                .call(method, path)
                .header("dapr-api-token", "")
                .send(),
            401,
        );
    }
}

#[test]
fn health_and_contracts_need_no_token_and_nothing_else_does_without() {
    let client = host().client();
    let mut open = BTreeSet::new();
    let by_secret = BY_SECRET.replace(":user_id", "{user_id}");
    for operation in contract::operations() {
        if operation.path == by_secret {
            continue;
        }
        let path = operation.path.replace("{user_id}", "ann");
        let path = path.replace("{id}", "019a0000-0000-7000-8000-000000000000");
        let status = client.call(&operation.method, &path).send().status();
        assert!([200, 401, 403].contains(&status), "{path}: {status}");
        if status == 200 {
            open.insert(path);
        }
    }
    let expected = [
        "/health/live",
        "/health/ready",
        "/openapi.json",
        "/asyncapi.json",
    ];
    assert_eq!(open, expected.map(str::to_owned).into());
}
