//! One table for each measurement.

use super::figures::{Figures, number, optional};
use crate::stats::median;
use std::collections::BTreeMap;
use std::fmt::Write;

/// Name, title and calls of each plot of calls.
pub(crate) const PLOTS: [(&str, &str, &[&str]); 5] = [
    (
        "create",
        "Create",
        &["create", "create, publishing held", "create with event"],
    ),
    ("patch", "Patch", &["patch"]),
    ("complete", "Complete", &["complete"]),
    ("get", "Get", &["get"]),
    ("list", "List of 50", &["list of 50"]),
];

/// Rates and latencies.
pub(crate) fn calls(figures: &Figures<'_>) -> String {
    let mut text = String::new();
    for (name, title, calls) in PLOTS {
        if !figures.bars_of_calls(calls).is_empty() {
            let _ = writeln!(
                text,
                "![{title}: calls per second](benchmarks/{name}.svg)\n"
            );
        }
    }
    for call in figures.calls() {
        for connections in figures.connections() {
            text.push_str(&one_call(figures, call, connections));
        }
    }
    text
}

fn one_call(figures: &Figures<'_>, call: &str, connections: usize) -> String {
    let mut rows = String::new();
    for server in figures.servers() {
        let Some(found) = figures.medians(server, call, connections) else {
            continue;
        };
        let _ = writeln!(
            rows,
            "| {server} | {} | {} | {} | {} | {} | {} |",
            number(found.per_second),
            number(found.p50_ms),
            number(found.p99_ms),
            number(found.cpu_ms),
            optional(found.postgres_cpu_ms),
            optional(found.delivered_per_second),
        );
    }
    if rows.is_empty() {
        return rows;
    }
    let s = if connections == 1 { "" } else { "s" };
    format!(
        "### {call}, {connections} connection{s}\n\n\
         | server | per second | p50 ms | p99 ms | CPU ms each | PostgreSQL's CPU ms each | per second, delivered |\n\
         |---|---:|---:|---:|---:|---:|---:|\n{rows}\n"
    )
}

/// Of each server with all its processes.
pub(crate) fn memory(figures: &Figures<'_>) -> String {
    let rows = figures.results.memory.iter().map(|memory| {
        format!(
            "| {} | {} | {} |\n",
            memory.server,
            number(memory.idle_mb),
            number(memory.peak_mb)
        )
    });
    let rows: String = rows.collect();
    if rows.is_empty() {
        return rows;
    }
    format!(
        "The server with all its processes, a shared page counted once; without PostgreSQL, Kafka and daprd. A host that found \
         nothing compiled has compiled, and keeps a part of what that took.\n\n\
         | server | idle MB | under load, the most MB |\n|---|---:|---:|\n{rows}\n![Memory under load](benchmarks/memory.svg)\n"
    )
}

/// Lag, next occurrences, loss.
pub(crate) fn events(figures: &Figures<'_>) -> String {
    let rows = figures.results.events.iter().map(|found| {
        let texts = [
            found.server.clone(),
            number(found.pace),
            number(found.reached),
            number(found.seconds),
            found.events.to_string(),
            found.lost.to_string(),
            number(found.lag_p50_ms),
            number(found.lag_p99_ms),
            number(found.lag_max_ms),
            number(found.next_p50_ms),
            number(found.next_p99_ms),
            number(found.call_p99_ms),
        ];
        format!("| {} |\n", texts.join(" | "))
    });
    let rows: String = rows.collect();
    if rows.is_empty() {
        return rows;
    }
    format!(
        "Half of the changes create, for 1,000 users; a quarter each patches and completes, each task of another user. No \
         task has a due date but the daily ones, so from most events nothing follows. The lag is from the clock of the transaction to \
         the time at which the broker took the record. Five times a second a daily task is completed; what is timed is from that answer until a list has the next occurrence. A call's time is counted from when it \
         was due.\n\n\
         | server | changes/s | made/s | seconds | events | lost | lag p50 ms | p99 | most | next occurrence p50 ms | p99 | call p99 ms |\n\
         |---|---:|---:|---:|---:|---:|---:|---:|---:|---:|---:|---:|\n{rows}"
    )
}

/// How long a backlog took.
pub(crate) fn backlog(figures: &Figures<'_>) -> String {
    figures.results.backlog.as_ref().map_or(String::new(), |found| {
        format!(
            "{}: {} events of {} users that had waited were published in {} s, {} per second.\n",
            found.server,
            number(found.rows as f64),
            number(found.users as f64),
            number(found.seconds),
            number(found.rows as f64 / found.seconds.max(1e-9)),
        )
    })
}

/// p50 and p99 by size.
pub(crate) fn lists(figures: &Figures<'_>) -> String {
    let lists = &figures.results.lists;
    let mut sizes: Vec<usize> = lists.iter().map(|list| list.tasks).collect();
    sizes.dedup();
    let mut queries: Vec<&str> = Vec::new();
    for list in lists {
        if !queries.contains(&&*list.query) {
            queries.push(&list.query);
        }
    }
    if sizes.is_empty() {
        return String::new();
    }
    let mut text =
        "The first 50 of all tasks of one user, one call at a time: p50 / p99 in ms.\n\n| query |"
            .to_owned();
    for size in &sizes {
        let _ = write!(text, " {} tasks |", number(*size as f64));
    }
    let _ = writeln!(text, "\n|---|{}", "---:|".repeat(sizes.len()));
    for query in queries {
        let shown = if query.is_empty() { "no filter" } else { query };
        let _ = write!(text, "| `{shown}` |");
        for size in &sizes {
            let found = lists
                .iter()
                .find(|list| list.tasks == *size && list.query == query);
            let cell = found.map_or("-".to_owned(), |list| {
                format!("{} / {}", number(list.p50_ms), number(list.p99_ms))
            });
            let _ = write!(text, " {cell} |");
        }
        text.push('\n');
    }
    text
}

/// Hosts, and a clone.
pub(crate) fn starts(figures: &Figures<'_>) -> String {
    let mut text = String::new();
    for start in &figures.results.starts {
        let seconds = |all: &[f64]| optional(median(all.iter().copied()));
        let _ = writeln!(
            text,
            "- {}: {} s from the start of the host with nothing compiled and an empty database to the answer of a list, {} s \
             when an earlier start has left compiled code (medians of {}).",
            start.server,
            seconds(&start.seconds),
            seconds(&start.again),
            start.seconds.len()
        );
    }
    if let Some(seconds) = figures.results.clone_seconds {
        let _ = writeln!(
            text,
            "- {} s from `git clone` to the first answer of `cargo xtask run`, everything compiled, downloads there.",
            number(seconds)
        );
    }
    text
}

/// Machines, versions, commands.
pub(crate) fn runs(figures: &Figures<'_>) -> String {
    let mut text = String::new();
    for run in &figures.results.runs {
        let machine = &run.machine;
        let _ = writeln!(
            text,
            "- {}: `{}` ({}), on {}, {} cores, {} GiB of memory, Linux {}",
            run.date,
            run.command,
            run.measured.join(", "),
            machine.cpu,
            machine.cores,
            number(machine.memory_gib),
            machine.kernel
        );
    }
    // Of runs that differ, the last one that has it.
    let versions = figures.results.runs.iter().flat_map(|run| &run.versions);
    let versions: BTreeMap<&String, &String> = versions.collect();
    text.push_str("\n| what | version |\n|---|---|\n");
    for (name, version) in versions {
        let _ = writeln!(text, "| {name} | {version} |");
    }
    text
}
