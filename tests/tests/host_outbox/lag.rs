//! GET /ops/outbox: how far publishing is behind.

use e2e::{Bus, LocalHost, Sidecar, User, assert_problem, eventually};
use serde_json::{Value, json};

const OPERATOR: [(&str, &str); 1] = [("ops_token", "the operators'")];

#[track_caller]
fn lag(host: &LocalHost) -> Value {
    let client = host.client();
    let call = client.call("GET", "/ops/outbox");
    let call = call.header("authorization", "Bearer the operators'");
    call.send().expect(200).json()
}

#[track_caller]
fn assert_tells(host: &LocalHost) {
    assert_eq!(
        lag(host),
        json!({"pending": 0, "oldest_at": null, "oldest_seconds": null, "waiting_users": 0})
    );
    let user = User::new(host.client());
    for title in ["first", "second", "third"] {
        user.create(&json!({"title": title}));
    }
    let oldest = user.list("sort=created_at")[0]["created_at"].clone();
    let behind = eventually(e2e::SOON, "an age", || {
        Some(lag(host)).filter(|lag| lag["oldest_seconds"].as_f64() > Some(0.0))
    });
    assert_eq!(behind["pending"], 3);
    let (day, at) = (
        &oldest.as_str().unwrap()[..16],
        behind["oldest_at"].as_str().unwrap(),
    );
    assert!(at.starts_with(day), "{at} is not about {day}");
    assert!(behind["oldest_seconds"].as_f64() < Some(60.0), "{behind}");
}

/// A bus that nobody is.
fn nowhere() -> Bus {
    Bus::Dapr("http://127.0.0.1:9".to_owned())
}

#[test]
fn what_waits_is_counted_on_either_database() {
    let mut variables = OPERATOR.to_vec();
    variables.push(("auth", "off"));
    let sqlite = LocalHost::start_closed("lag", &nowhere(), &variables);
    assert_tells(&sqlite);
    let postgres = LocalHost::start_on_postgres_and("lag-postgres", &nowhere(), &OPERATOR);
    assert_tells(&postgres);
}

#[test]
fn it_is_nothing_once_all_is_published() {
    let sidecar = Sidecar::start(e2e::Answer::Accept);
    let bus = Bus::Dapr(sidecar.url());
    let host = LocalHost::start_closed("lag-none", &bus, &[("auth", "off"), OPERATOR[0]]);
    let user = User::new(host.client());
    user.create(&json!({"title": "x"}));
    eventually(e2e::SOON, "nothing waits", || {
        (lag(&host)["pending"] == 0).then_some(())
    });
    let client = host.client();
    let call = |method, path: &'static str| {
        let call = client.call(method, path);
        call.header("authorization", "Bearer the operators'").send()
    };
    assert_problem(&call("GET", "/ops/outbox?x=1"), 400);
    assert_problem(&call("DELETE", "/ops/outbox"), 405);
}
