//! Calling the programs.

use std::io::Write;
use std::process::{Command, Output, Stdio};
use std::sync::OnceLock;

use e2e::root;
use stack::Checks;

/// The programs, installed by the first test that asks.
pub(crate) fn checks() -> &'static Checks {
    static CHECKS: OnceLock<Checks> = OnceLock::new();
    CHECKS.get_or_init(|| match stack::ensure_checks(&root(), stack::NEVER) {
        Ok(checks) => checks,
        Err(error) => panic!("{error:#}"),
    })
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
