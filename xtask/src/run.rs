//! `cargo xtask run`: the application in the foreground.

use crate::cli::{BuildArgs, RunArgs};
use crate::{build, cmd, full, paths};
use anyhow::{Context, bail};
use stack::{Host, HostOptions};
use std::fs::File;
use std::io::{Read, Write};
use std::net::{SocketAddr, TcpListener};
use std::time::Duration;

/// How often new log lines are shown, and signals looked at.
const TICK: Duration = Duration::from_millis(50);

/// How long the host may take to end.
const GRACE: Duration = Duration::from_secs(5);

/// Builds, serves, shows the logs, and stops on Ctrl-C or SIGTERM.
pub(crate) fn run(args: &RunArgs) -> anyhow::Result<()> {
    if args.full {
        return full::run(args);
    }
    check_address(args.listen)?;
    build::build(&BuildArgs::default())?;
    let root = paths::root();
    let state_dir = match &args.state_dir {
        Some(folder) => std::path::absolute(folder)?,
        None => root.join(".spin"),
    };
    let log = state_dir.join("host.log");
    std::fs::create_dir_all(&state_dir)?;
    File::create(&log).with_context(|| format!("cannot write {}", log.display()))?;
    let options = HostOptions {
        runtime_config: Some(root.join("runtime-config.toml")),
        root,
        listen: Some(args.listen),
        state_dir,
        variables: Vec::new(),
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
pub(crate) fn check_address(address: SocketAddr) -> anyhow::Result<()> {
    let hint = || {
        format!("cannot listen on {address}; another one: cargo xtask run --listen 127.0.0.1:3001")
    };
    TcpListener::bind(address).map(drop).with_context(hint)
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
    let tasks = host.url("/api/alice/tasks");
    println!(
        r#"
Serving on {url} with SQLite in {state} and the local event bus. Ctrl-C stops it.
In another terminal: create a daily task, complete it, and see its next occurrence.

  ID=$(curl -s {tasks} -H 'content-type: application/json' -d '{{"title": "Water the plants", "due_date": "2026-01-31T09:00:00Z", "is_recurring": true, "recurring_interval": "daily"}}' | tee /dev/stderr | grep -o '"id":"[^"]*' | cut -d'"' -f4)
  curl -s -X POST {tasks}/$ID/complete
  curl -s '{tasks}?status=pending'
"#,
        url = host.url(""),
        state = options.state_dir.display(),
    );
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_taken_address_is_an_error_with_a_way_out() {
        let taken = TcpListener::bind("127.0.0.1:0").unwrap();
        let error = check_address(taken.local_addr().unwrap())
            .unwrap_err()
            .to_string();
        assert!(error.contains("--listen"), "{error}");
    }
}
