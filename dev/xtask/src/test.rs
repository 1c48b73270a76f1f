//! `cargo xtask test`: what CI runs, in this order, each step under a heading and all of them in the summary.

use crate::cli::TestArgs;
use crate::summary::{Counts, Step, tell};
use crate::{build, cmd, paths, setup};
use std::process::Command;
use std::time::{Duration, Instant};

/// The end-to-end tests that need nothing but an address; see tests/src/lib.rs.
const ANY_SERVER: [&str; 2] = ["--test", "any_*"];

/// The longest that a step may take, compiling included: a test that hangs must not hang CI.
const LIMIT: Duration = Duration::from_secs(40 * 60);

/// Runs the tests; an error names the steps that failed.
pub(crate) fn test(args: &TestArgs) -> anyhow::Result<()> {
    if let Some(url) = &args.base_url {
        let mut command = paths::cargo();
        command
            .args(["test", "-p", "e2e", "--no-fail-fast"])
            .args(ANY_SERVER)
            .env("TODO_BASE_URL", url);
        return tell(&[step("end to end", command, args)?]);
    }
    heading("setup and build");
    setup::postgres()?;
    if args.filters.is_empty() {
        // Now, not in the middle of a test.
        setup::full_stack()?;
    }
    build::build_strictly()?;
    let mut steps = Vec::new();
    for (title, command) in [
        ("unit", unit()),
        ("devhost", devhost()),
        ("end to end", end_to_end()),
        ("end to end on PostgreSQL", on_postgres()),
        ("query plans", query_plans()),
        ("full stack", full_stack()),
    ] {
        steps.push(step(title, command, args)?);
    }
    tell(&steps)
}

/// Every package but those with a step of their own. Components too: their unit tests run natively.
fn unit() -> Command {
    let mut command = paths::cargo();
    command.args([
        "test",
        "--workspace",
        "--lib",
        "--bins",
        "--tests",
        "--no-fail-fast",
    ]);
    command.args(["--exclude", "devhost", "--exclude", "e2e"]);
    command
}

/// In release mode, so that wasmtime is compiled once for the host and for its tests.
fn devhost() -> Command {
    let mut command = paths::cargo();
    command.args(["test", "--release", "-p", "devhost", "--no-fail-fast"]);
    command
}

fn end_to_end() -> Command {
    let mut command = paths::cargo();
    command.args(["test", "-p", "e2e", "--no-fail-fast", "--lib"]);
    command.args(["--test", "any_*", "--test", "host_*"]);
    command
}

/// The tests that need nothing but an address, once more; the host's own are about its SQLite file.
fn on_postgres() -> Command {
    let mut command = paths::cargo();
    command.args(["test", "-p", "e2e", "--no-fail-fast"]);
    command
        .args(ANY_SERVER)
        .env("TODO_TEST_DATABASE", "postgres");
    command
}

/// What they measure is shown.
fn query_plans() -> Command {
    let mut command = paths::cargo();
    command.args(["test", "-p", "e2e", "--no-fail-fast", "--test", "pg_*"]);
    command.args(["--", "--nocapture"]);
    command
}

/// One test at a time, because they stop and kill what they share; what they measure is shown.
fn full_stack() -> Command {
    let mut command = paths::cargo();
    command.args(["test", "-p", "e2e", "--no-fail-fast", "--test", "stack_*"]);
    command.args(["--", "--test-threads=1", "--nocapture"]);
    command
}

fn step(title: &'static str, mut command: Command, args: &TestArgs) -> anyhow::Result<Step> {
    heading(title);
    if !command.get_args().any(|argument| argument == "--") {
        command.arg("--");
    }
    command.args(&args.filters);
    let start = Instant::now();
    let mut counts = Counts::default();
    let failure = match cmd::run_reading(command, LIMIT, |line| counts.read(line))? {
        None => Some(format!("FAILED: longer than {LIMIT:?}")),
        Some(status) if !status.success() => Some("FAILED".to_owned()),
        Some(_) if counts.passed == 0 && args.filters.is_empty() => {
            Some("FAILED: no test ran".to_owned())
        }
        Some(_) => None,
    };
    Ok(Step {
        title,
        counts,
        failure,
        time: start.elapsed(),
    })
}

fn heading(title: &str) {
    println!("\n== {title}\n");
}
