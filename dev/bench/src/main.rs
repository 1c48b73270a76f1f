//! The benchmark behind `cargo xtask bench`: starts the application and its peers, calls them, and writes docs/benchmarks.md.

mod ask;
mod backlog;
mod calls;
mod cli;
mod events;
mod fleet;
mod lists;
mod load;
mod next;
mod ours;
mod proc;
mod quiet;
mod report;
mod results;
mod servers;
mod start;
mod stats;
mod timeline;
mod tokens;
mod versions;
mod warm;

use anyhow::Context;
use clap::Parser;
use cli::{Cli, Section};
use fleet::Places;
use results::{Results, Run};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

fn main() -> ExitCode {
    match bench(&Cli::parse()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn bench(cli: &Cli) -> anyhow::Result<()> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).ancestors().nth(2);
    let root = root.context("no repository")?.to_owned();
    // A page has the figures of all servers and calls, and of a run that takes its time.
    let partly = cli.quick || cli.server.is_some() || cli.call.is_some();
    let default = if partly { "target/bench" } else { "docs" };
    let out = cli.out.clone().unwrap_or_else(|| root.join(default));
    let file = out.join("benchmarks/results.json");
    let mut results = Results::load(&file)?;
    if !cli.render {
        let places = Places {
            work: root.join("target/bench-state"),
            devhost: devhost(cli)?,
            spin: absolute(cli.spin.as_ref())?,
            durable: !cli.without_fsync,
            root,
        };
        measure(cli, &places, &mut results, &file)?;
    }
    report::write(&results, &out)?;
    eprintln!("bench: {}", out.join("benchmarks.md").display());
    Ok(())
}

/// Measures what is asked for; what is done is kept also when something later fails.
fn measure(cli: &Cli, places: &Places, results: &mut Results, file: &Path) -> anyhow::Result<()> {
    let sizes = cli.sizes();
    ours::empty(&places.work)?;
    let mut run = Run {
        date: chrono::Utc::now().format("%Y-%m-%d %H:%M UTC").to_string(),
        command: command(std::env::args().skip(1)),
        measured: Vec::new(),
        machine: proc::machine(),
        versions: versions::of(places),
    };
    // The product's own host, where there is one.
    let hosts = places.hosts();
    let (name, program) = hosts.last().context("no host")?;
    let host = (*name, program.as_path());
    let mut keep = |results: &mut Results, name: &str| {
        run.measured.push(name.to_owned());
        results.add_run(run.clone());
        results.save(file)
    };
    if cli.wants(Section::Start) {
        results.starts = start::measure(places, sizes.starts)?;
        keep(results, "start")?;
    }
    if cli.wants(Section::Calls) {
        (results.calls, results.memory) = calls::measure(cli, &sizes, places)?;
        keep(results, "calls")?;
    }
    if cli.wants(Section::Events) {
        results.events = events::measure(&sizes, places, host)?;
        keep(results, "events")?;
    }
    if cli.wants(Section::Backlog) {
        results.backlog = Some(backlog::measure(sizes.backlog, places, host)?);
        keep(results, "backlog")?;
    }
    if cli.wants(Section::Lists) {
        results.lists = lists::measure(&sizes, places, host)?;
        keep(results, "lists")?;
    }
    if cli.clone {
        results.clone_seconds = Some(start::clone(places)?);
        keep(results, "clone")?;
    }
    std::fs::remove_dir_all(&places.work).context("cannot remove what the servers left")
}

/// As one would type it, without the folders of this machine.
fn command(args: impl Iterator<Item = String>) -> String {
    let words = args.map(|word| match word.rsplit_once('/') {
        Some((_, name)) => format!("PATH/{name}"),
        None => word,
    });
    let words = ["cargo xtask bench".to_owned()].into_iter().chain(words);
    words.collect::<Vec<_>>().join(" ")
}

fn devhost(cli: &Cli) -> anyhow::Result<PathBuf> {
    if let Some(devhost) = absolute(cli.devhost.as_ref())? {
        return Ok(devhost);
    }
    let here = std::env::current_exe()?.with_file_name("devhost");
    anyhow::ensure!(here.is_file(), "no devhost; `cargo xtask bench` makes one");
    Ok(here)
}

fn absolute(path: Option<&PathBuf>) -> anyhow::Result<Option<PathBuf>> {
    let found = path.map(|path| {
        path.canonicalize()
            .with_context(|| format!("no {}", path.display()))
    });
    found.transpose()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_command_is_shown_without_folders() {
        let words = ["--spin", "/home/me/spin", "--only", "calls"].map(str::to_owned);
        let expected = "cargo xtask bench --spin PATH/spin --only calls";
        assert_eq!(command(words.into_iter()), expected);
    }
}
