//! Calling the programs, and the host that they judge.

use std::io::Write;
use std::process::{Command, Output, Stdio};
use std::sync::OnceLock;

use e2e::tokens::{SECRET, claims_of, signed};
use e2e::{Bus, Client, LocalHost, root};
use serde_json::Value;
use stack::Checks;

/// Whose tasks the programs read and change.
pub(crate) const USER: &str = "zoe";

pub(crate) const OPS_TOKEN: &str = "ops-token";

pub(crate) const APP_TOKEN: &str = "app-token";

/// The programs, installed by the first test that asks.
pub(crate) fn checks() -> &'static Checks {
    static CHECKS: OnceLock<Checks> = OnceLock::new();
    CHECKS.get_or_init(|| match stack::ensure_checks(&root(), stack::NEVER) {
        Ok(checks) => checks,
        Err(error) => panic!("{error:#}"),
    })
}

/// A host that is closed to all but [`USER`], the operators and the sidecar.
pub(crate) fn host(name: &str) -> LocalHost {
    let variables = [
        ("jwt_secret", SECRET),
        ("ops_token", OPS_TOKEN),
        ("app_api_token", APP_TOKEN),
    ];
    LocalHost::start_closed(name, &Bus::Local, &variables)
}

/// A token of [`USER`].
pub(crate) fn token() -> String {
    signed("secret", None, &claims_of(USER))
}

/// A new task of [`USER`].
#[track_caller]
pub(crate) fn new_task(client: &Client, token: &str, body: &Value) -> Value {
    let call = client.call("POST", &format!("/api/{USER}/tasks"));
    let call = call.header("authorization", &format!("Bearer {token}"));
    call.json(body).send().expect(201).json()
}

/// What a program says when it is given `input`.
pub(crate) fn run(command: &mut Command, input: &str) -> Output {
    let child = command
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn();
    let mut child = child.unwrap_or_else(|error| panic!("{command:?}: {error}"));
    let mut pipe = child.stdin.take().unwrap();
    std::thread::scope(|scope| {
        // An error means that it ended before it had read all.
        scope.spawn(move || pipe.write_all(input.as_bytes()));
        child.wait_with_output().unwrap()
    })
}

/// All that it printed.
pub(crate) fn told(output: &Output) -> String {
    let both = [&output.stdout[..], &output.stderr[..]].concat();
    String::from_utf8_lossy(&both).into_owned()
}
