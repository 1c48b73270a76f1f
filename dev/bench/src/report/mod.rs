//! docs/benchmarks.md and its plots, made of the results alone.

mod bars;
mod figures;
mod plot;
mod tables;

use crate::results::Results;
use anyhow::Context;
pub(crate) use figures::COMPARED_AT;
use figures::Figures;
use std::fmt::Write;
use std::fs;
use std::path::Path;

const OPENING: &str = "\
# Benchmarks

What the application does on one machine, beside what a user would write instead. This page is written by a command, which also keeps
every figure in [results.json](benchmarks/results.json):

    cargo xtask bench                        everything, in less than 40 minutes
    cargo xtask bench --spin /usr/bin/spin   on a real Spin too
    cargo xtask bench --only lists           one measurement; the other figures stay
    cargo xtask bench --quick                small sizes, a few minutes, written to target/bench
    cargo xtask bench --render               this page anew from results.json

Server, database, broker, sidecar and the program that calls them share the machine. Calls are measured in turn, server after server,
and figures are medians of the rounds. Calls have no token (`auth = \"off\"`) but where it is said. Peers have the application's table with all its indexes.

Where the time of a call goes: [ARCHITECTURE.md](ARCHITECTURE.md#what-a-new-task-costs).
";

const PEERS: &str = "\
| name | what it does |
|---|---|
| ours | the application: the call, the outbox, and after the answer publishing through daprd to Kafka and what follows from the event |
| ours, \"create, publishing held\" | the same call while another drain has all leases, so that nothing is published meanwhile |
| ours, \"with tokens\" | on another host, where each call has a bearer token (HS256), which `verify-token` checks |
| bare component | a Spin component of spin-sdk that parses the task and makes one INSERT; \"create with event\" also pays the trigger and the outbox |
| axum | native Rust with a pool of connections: one INSERT, no event |
| FastAPI | SQLAlchemy, asyncpg, two workers; publishes to a daprd and Kafka of its own before it answers, and acknowledges what is delivered back |

Their sources are in [bench/peers](../bench/peers).
";

/// The bars that are no figures of a run, because a test fails when they are missed.
const TESTED: &str = "\
`cargo xtask test` and `cargo xtask build` fail when one of these is missed.

| what | bar | held by |
|---|---|---|
| one user's backlog delays others | less than 1 s | `stack_faults`: `one_users_backlog_delays_nobody_and_leaves_in_order` |
| a dead partition delays others | not at all | `stack_partitions`: `a_partition_without_a_leader_stops_its_own_users_and_nobody_else` |
| a stopped replica delays others | less than 2 s | `stack_faults`: `a_replica_killed_with_its_leases_silences_nobody_for_long` |
| seeded random histories with faults | none lost, doubled or out of order | `cargo xtask prove`; three of its seeds in every test |
| size of a component | 400 KB; 1 MB with time zones or signature checks inside | `cargo xtask build` |
| statements, events and instances of a call | the numbers in ARCHITECTURE.md | `host_cost` |
";

/// Writes the page and the plots below `out`.
pub(crate) fn write(results: &Results, out: &Path) -> anyhow::Result<()> {
    let folder = out.join("benchmarks");
    fs::create_dir_all(&folder).with_context(|| format!("cannot make {}", folder.display()))?;
    let figures = Figures::new(results);
    for (name, svg) in plots(&figures) {
        fs::write(folder.join(format!("{name}.svg")), svg)?;
    }
    fs::write(out.join("benchmarks.md"), page(&figures))?;
    Ok(())
}

/// The whole page.
fn page(figures: &Figures<'_>) -> String {
    let mut page = OPENING.to_owned();
    let mut section = |title: &str, content: String| {
        if !content.is_empty() {
            let _ = write!(page, "\n## {title}\n\n{content}");
        }
    };
    section("The bars", bars::table(figures));
    section("Bars that tests hold", TESTED.to_owned());
    section("Who is compared", PEERS.to_owned());
    section("Calls", tables::calls(figures));
    section("Memory", tables::memory(figures));
    section("Events", tables::events(figures));
    section("A backlog", tables::backlog(figures));
    section("Long lists", tables::lists(figures));
    section("Starting", tables::starts(figures));
    section("Where, when and with what", tables::runs(figures));
    page
}

/// Name and content of each plot that there are figures for.
fn plots(figures: &Figures<'_>) -> Vec<(String, String)> {
    let mut plots = Vec::new();
    for (name, title, calls) in tables::PLOTS {
        let bars = figures.bars_of_calls(calls);
        if let (Some(connections), false) = (figures.compared_at(), bars.is_empty()) {
            let unit = format!("calls per second at {connections} connections");
            plots.push((name.to_owned(), plot::bars(title, &unit, &bars)));
        }
    }
    let memory: Vec<(String, f64)> = figures
        .results
        .memory
        .iter()
        .map(|memory| (memory.server.clone(), memory.peak_mb))
        .collect();
    if !memory.is_empty() {
        plots.push((
            "memory".to_owned(),
            plot::bars("Memory under load", "MB", &memory),
        ));
    }
    plots
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::results::{CallRound, Run};

    #[test]
    fn a_page_has_what_was_measured_and_leaves_out_the_rest() {
        let round = CallRound {
            server: "axum".into(),
            call: "get".into(),
            connections: 16,
            per_second: 12_345.6,
            ..CallRound::default()
        };
        let results = Results {
            calls: vec![round],
            runs: vec![Run::default()],
            ..Results::default()
        };
        let folder = tempfile::tempdir().unwrap();
        write(&results, folder.path()).unwrap();
        let page = fs::read_to_string(folder.path().join("benchmarks.md")).unwrap();
        assert!(
            page.contains("\n## Calls\n") && page.contains("| axum | 12,346 |"),
            "{page}"
        );
        assert!(
            !page.contains("## A backlog") && !page.contains("create.svg"),
            "{page}"
        );
        assert!(
            page.contains("](benchmarks/get.svg)")
                && folder.path().join("benchmarks/get.svg").is_file()
        );
    }
}
