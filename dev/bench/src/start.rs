//! Measurement 6: how long a host takes to its first answer, and a fresh clone.

use crate::fleet::{Places, sqlite_options};
use crate::load::{self, Ask};
use crate::ours::empty;
use crate::results::Start;
use anyhow::{Context, bail};
use hyper::Method;
use stack::{Host, Process, free_port, get_status, output};
use std::fs::Permissions;
use std::net::{Ipv4Addr, SocketAddr};
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::{Duration, Instant};

const CLONE_LIMIT: Duration = Duration::from_secs(30 * 60);

/// Starts each host so many times with an empty cache of compiled code, and again with what that start left in it.
pub(crate) fn measure(places: &Places, times: u32) -> anyhow::Result<Vec<Start>> {
    let mut starts = Vec::new();
    for (name, program) in places.hosts() {
        let folder = places.work.join("start");
        let mut start = Start {
            server: format!("ours, {name}, SQLite"),
            ..Start::default()
        };
        for _ in 0..times {
            empty(&folder)?;
            let program = with_cache(&program, &folder)?;
            start.seconds.push(one(places, &program, &folder)?);
            std::fs::remove_dir_all(folder.join("state"))?;
            start.again.push(one(places, &program, &folder)?);
        }
        eprintln!(
            "bench: {name} answers after {:.2?} s, with a cache after {:.2?} s",
            start.seconds, start.again
        );
        starts.push(start);
    }
    Ok(starts)
}

/// A program that runs `program` with a cache in `folder`.
fn with_cache(program: &Path, folder: &Path) -> anyhow::Result<PathBuf> {
    let script = folder.join("host");
    let text = format!(
        "#!/bin/sh\nXDG_CACHE_HOME='{}' exec '{}' \"$@\"\n",
        folder.join("cache").display(),
        program.display()
    );
    std::fs::write(&script, text)?;
    std::fs::set_permissions(&script, Permissions::from_mode(0o755))?;
    Ok(script)
}

/// From the start of a host to the answer of a first list, in seconds.
fn one(places: &Places, program: &Path, folder: &Path) -> anyhow::Result<f64> {
    let begun = Instant::now();
    let host = Host::start(&sqlite_options(places, program, folder))?;
    let list = Ask {
        method: Method::GET,
        path: "/api/alice/tasks".to_owned(),
        status: 200,
        ..Ask::default()
    };
    load::once(host.address(), &list)?;
    Ok(begun.elapsed().as_secs_f64())
}

/// From `git clone` to the first answer of `cargo xtask run`, compiling everything; downloads are left in cargo's own folder, so
/// they count only if nothing has made them before.
pub(crate) fn clone(places: &Places) -> anyhow::Result<f64> {
    let folder = places.work.join("clone");
    empty(&folder)?;
    let repository = folder.join("repository");
    let begun = Instant::now();
    let mut git = Command::new("git");
    git.args(["clone", "--quiet"]);
    output(git.arg(&places.root).arg(&repository))?;
    let address = SocketAddr::from((Ipv4Addr::LOCALHOST, free_port()));
    let mut run = Command::new("cargo");
    run.args(["xtask", "run", "--listen", &address.to_string()])
        .current_dir(&repository)
        .env("CARGO_TARGET_DIR", folder.join("target"))
        .env_remove("CARGO_MANIFEST_DIR")
        .env_remove("TODO_DEVHOST");
    let mut run = Process::spawn("cargo xtask run", run, &folder.join("run.log"))?;
    while get_status(address, "/health/ready") != Some(200) {
        if !run.is_running() || begun.elapsed() > CLONE_LIMIT {
            bail!("cargo xtask run does not answer: {}", run.log_tail(30));
        }
        std::thread::sleep(Duration::from_millis(100));
    }
    let seconds = begun.elapsed().as_secs_f64();
    eprintln!("bench: from the clone to the first answer in {seconds:.0} s");
    run.stop(Duration::from_secs(10));
    // Gigabytes.
    std::fs::remove_dir_all(&folder).context("cannot remove the clone")?;
    Ok(seconds)
}
