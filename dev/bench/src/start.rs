//! Measurement 6: how long a host takes to its first answer, and a fresh clone.

use crate::fleet::{Places, sqlite_options};
use crate::load::{self, Ask};
use crate::ours::empty;
use crate::results::Start;
use anyhow::{Context, bail};
use hyper::Method;
use stack::{Host, Process, free_port, get_status, output};
use std::net::{Ipv4Addr, SocketAddr};
use std::process::Command;
use std::time::{Duration, Instant};

const CLONE_LIMIT: Duration = Duration::from_secs(30 * 60);

/// Starts each host so many times, on SQLite, to the answer of a first list.
pub(crate) fn measure(places: &Places, times: u32) -> anyhow::Result<Vec<Start>> {
    let mut starts = Vec::new();
    for (name, program) in places.hosts() {
        let mut seconds = Vec::new();
        for _ in 0..times {
            let folder = places.work.join("start");
            empty(&folder)?;
            let begun = Instant::now();
            let host = Host::start(&sqlite_options(places, &program, &folder))?;
            let list = Ask {
                method: Method::GET,
                path: "/api/alice/tasks".to_owned(),
                body: String::new(),
                status: 200,
            };
            load::once(host.address(), &list)?;
            seconds.push(begun.elapsed().as_secs_f64());
        }
        eprintln!("bench: {name} answers after {seconds:.2?} s");
        starts.push(Start {
            server: format!("ours, {name}, SQLite"),
            seconds,
        });
    }
    Ok(starts)
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
