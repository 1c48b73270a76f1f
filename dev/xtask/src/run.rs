//! `cargo xtask run`: the application in the foreground.

use crate::cli::RunArgs;
use crate::{build, cmd, paths};
use anyhow::{Context, bail};
use stack::{Host, HostOptions};
use std::fs::File;
use std::io::{Read, Write};
use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::time::Duration;

/// How often new log lines are shown, and signals looked at.
const TICK: Duration = Duration::from_millis(50);

/// How long the host may take to end.
const GRACE: Duration = Duration::from_secs(5);

/// Builds, serves, shows the logs, and stops on Ctrl-C or SIGTERM.
pub(crate) fn run(args: &RunArgs) -> anyhow::Result<()> {
    check_address(args)?;
    let root = paths::root();
    let state_dir = state_dir(args, &root.join(".spin"))?;
    let program = build::build_to_run(args.variant())?;
    let log = state_dir.join("host.log");
    File::create(&log).with_context(|| format!("cannot write {}", log.display()))?;
    let options = HostOptions {
        runtime_config: Some(root.join("runtime-config.toml")),
        root,
        wasi: Some(args.wasi),
        program,
        listen: Some(args.listen),
        state_dir,
        variables: args.variables.clone(),
        log: log.clone(),
    };
    let mut host = Host::start_unless(&options, cmd::interrupted)?;
    let mut log = File::open(&log)?;
    pass_on(&mut log)?;
    greet(&host, &options);
    let result = follow(&mut host, &mut log);
    host.process_mut().stop(GRACE);
    result
}

/// Before a build of minutes, not after it: is the address free?
pub(crate) fn check_address(args: &RunArgs) -> anyhow::Result<()> {
    let address = args.listen;
    if let Err(error) = TcpListener::bind(address) {
        let mut next = address;
        next.set_port(address.port().wrapping_add(1).max(1024));
        let full = if args.full { " --full" } else { "" };
        bail!(
            "cannot listen on {address}: {error}. Another address: cargo xtask run{full} --listen {next}"
        );
    }
    Ok(())
}

/// Likewise: the folder of the databases and logs, made, and tried.
pub(crate) fn state_dir(args: &RunArgs, default: &Path) -> anyhow::Result<PathBuf> {
    let folder = std::path::absolute(args.state_dir.as_deref().unwrap_or(default))?;
    let probe = folder.join("writable");
    std::fs::create_dir_all(&folder)
        .and_then(|()| File::create(&probe))
        .and_then(|_| std::fs::remove_file(&probe))
        .with_context(|| {
            format!(
                "cannot write {}; another folder: --state-dir DIR",
                folder.display()
            )
        })?;
    Ok(folder)
}

/// Passes the log on until a signal comes (which is the good end) or the host ends by itself.
fn follow(host: &mut Host, log: &mut File) -> anyhow::Result<()> {
    while !cmd::interrupted() {
        let running = host.process_mut().is_running();
        pass_on(log)?;
        if !running {
            bail!("the host ended by itself");
        }
        std::thread::sleep(TICK);
    }
    eprintln!("\nstopping");
    Ok(())
}

/// Shows what is new in the log.
pub(crate) fn pass_on(log: &mut File) -> anyhow::Result<()> {
    let mut bytes = Vec::new();
    log.read_to_end(&mut bytes)?;
    std::io::stdout().write_all(&bytes)?;
    Ok(std::io::stdout().flush()?)
}

fn greet(host: &Host, options: &HostOptions) {
    println!(
        r#"
Serving on {url} with SQLite in {state} and the local event bus. Ctrl-C stops it.
Open it in a browser: the page is there, and the reference of the API at {url}/docs.

{example}"#,
        url = host.url(""),
        state = options.state_dir.display(),
        example = example(&host.url("/api/alice/tasks")),
    );
}

/// What to try first. The next occurrence is made after the answer, so the list waits a moment for it.
pub(crate) fn example(tasks: &str) -> String {
    format!(
        r#"In another terminal: create a daily task, complete it, and see its next occurrence.

  ID=$(curl -s {tasks} -H 'content-type: application/json' -d '{{"title": "Water the plants", "due_date": "2026-01-31T09:00:00Z", "is_recurring": true, "recurring_interval": "daily"}}' | tee /dev/stderr | grep -o '"id":"[^"]*' | cut -d'"' -f4)
  curl -s -X POST {tasks}/$ID/complete
  sleep 1; curl -s '{tasks}?status=pending'
"#
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cli::Cli;
    use clap::Parser;

    fn args(words: &[&str]) -> RunArgs {
        let words = ["xtask", "run"].iter().chain(words);
        let crate::cli::Command::Run(args) = Cli::parse_from(words).command else {
            unreachable!("that is `run`");
        };
        args
    }

    #[test]
    fn a_taken_address_is_an_error_with_its_cause_and_then_a_way_out() {
        let taken = TcpListener::bind("127.0.0.1:0").unwrap();
        let port = taken.local_addr().unwrap().port();
        let listen = format!("localhost:{port}");
        for (words, way_out) in [
            (vec!["--listen", &listen], "run --listen 127.0.0.1:"),
            (
                vec!["--full", "--listen", &listen],
                "run --full --listen 127.0.0.1:",
            ),
        ] {
            let error = format!("{:#}", check_address(&args(&words)).unwrap_err());
            let (cause, hint) = error.split_once("Another address").unwrap();
            assert!(cause.contains("in use"), "{error}");
            assert!(hint.contains(way_out), "{error}");
        }
    }

    #[test]
    fn a_folder_that_cannot_be_written_is_named() {
        let file = tempfile::NamedTempFile::new().unwrap();
        let folder = file.path().join("state");
        let words = ["--state-dir", folder.to_str().unwrap()];
        let error = state_dir(&args(&words), Path::new("unused")).unwrap_err();
        let error = format!("{error:#}");
        assert!(error.contains(folder.to_str().unwrap()), "{error}");
        let default = tempfile::tempdir().unwrap();
        let found = state_dir(&args(&[]), &default.path().join("deep/state")).unwrap();
        assert_eq!(std::fs::read_dir(found).unwrap().count(), 0);
    }

    #[test]
    fn the_example_gives_the_next_occurrence_time_to_be_made() {
        let lines = example("http://x");
        let last = lines.trim_end().lines().last().unwrap().trim();
        assert!(last.starts_with("sleep ") && last.contains("status=pending"));
    }
}
