//! `cargo xtask test`: what CI runs, in this order, each step under a heading and all of them in the summary.

use crate::cli::TestArgs;
use crate::summary::{Counts, Step, tell};
use crate::{build, cmd, paths, setup};
use std::process::Command;
use std::time::{Duration, Instant};

/// The end-to-end tests that need nothing but an address; see tests/src/lib.rs.
const ANY_SERVER: &str = "--test any_*";

/// The longest that a step may take, compiling included: a test that hangs must not hang CI.
const LIMIT: Duration = Duration::from_secs(40 * 60);

/// Runs the tests; an error names the steps that failed.
pub(crate) fn test(args: &TestArgs) -> anyhow::Result<()> {
    if let Some(url) = &args.base_url {
        if args.filters.is_empty() {
            setup::hurl()?;
        }
        let mut command = cargo_test(&format!("-p e2e {ANY_SERVER}"));
        command.env("TODO_BASE_URL", url);
        return tell(&[step("end to end", command, args)?]);
    }
    heading("setup and build");
    setup::postgres()?;
    setup::curl()?;
    if args.filters.is_empty() {
        // Now, not in the middle of a test.
        setup::hurl()?;
        setup::full_stack()?;
        setup::kubernetes()?;
        setup::checks()?;
        setup::browser()?;
    }
    build::build_strictly()?;
    build::build_for_wasi_03()?;
    // The tests that need nothing but an address, once more; the host's own are about its SQLite file.
    let mut on_postgres = cargo_test(&format!("-p e2e {ANY_SERVER}"));
    on_postgres.env("TODO_TEST_DATABASE", "postgres");
    let mut wasi_03 = cargo_test(&format!("-p e2e {ANY_SERVER}"));
    wasi_03.env("TODO_TEST_DATABASE", "postgres");
    wasi_03.env("TODO_WASI", "0.3");
    let mut steps = Vec::new();
    for (title, command) in [
        // Every package but those with a step of their own.
        (
            "unit",
            cargo_test("--workspace --lib --bins --tests --exclude devhost --exclude e2e"),
        ),
        // In release mode, so that wasmtime is compiled once for the host and for its tests.
        ("devhost", cargo_test("--release -p devhost")),
        (
            "end to end",
            cargo_test(&format!("-p e2e --lib {ANY_SERVER} --test host_*")),
        ),
        // What they measure is shown, here and below.
        (
            "other people's checks",
            cargo_test("-p e2e --test others* -- --nocapture"),
        ),
        ("end to end on PostgreSQL", on_postgres),
        ("the same on WASI 0.3", wasi_03),
        (
            "query plans",
            cargo_test("-p e2e --test pg_* -- --nocapture"),
        ),
        ("page, in a browser", cargo_test("-p e2e --test web_*")),
        // One test at a time, because they stop and kill what they share.
        (
            "full stack",
            cargo_test("-p e2e --test stack_* -- --test-threads=1 --nocapture"),
        ),
    ] {
        steps.push(step(title, command, args)?);
    }
    tell(&steps)
}

/// `cargo test` with these words.
fn cargo_test(words: &str) -> Command {
    let mut command = paths::cargo();
    command.args(["test", "--no-fail-fast"]);
    command.args(words.split(' '));
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
