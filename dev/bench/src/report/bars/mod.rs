//! The limits that the project sets itself, each beside its figure.

use crate::report::figures::{Figures, number};
use bar::{Bar, EVENT, FIRST_RUN, LIST, MEMORY, TASK};
use std::fmt::Write;

mod bar;
#[cfg(test)]
mod tests;

/// Every limit that was measured.
pub(crate) fn table(figures: &Figures<'_>) -> String {
    let mut bars = of_calls(figures);
    bars.extend(of_events(figures));
    bars.extend(of_lists(figures));
    bars.extend(of_starts(figures));
    if bars.is_empty() {
        return String::new();
    }
    let mut table = "| what | bar | figure | met |\n|---|---|---|---|\n".to_owned();
    for bar in bars {
        let met = match bar.met {
            Some(true) => "yes".to_owned(),
            Some(false) => format!("**no**, [why](ARCHITECTURE.md#{})", bar.why),
            None => "-".to_owned(),
        };
        let _ = writeln!(
            table,
            "| {} | {} | {} | {met} |",
            bar.what, bar.limit, bar.figure
        );
    }
    table
}

fn of_calls(figures: &Figures<'_>) -> Vec<Bar> {
    let Some(connections) = figures.compared_at() else {
        return Vec::new();
    };
    let (ours, bare) = figures.ours_and_bare();
    let rate =
        |server: &str, call: &str| Some(figures.medians(server, call, connections)?.per_second);
    let ratio = |a: Option<f64>, b: Option<f64>| Some(a? / b.filter(|b| *b > 0.0)?);
    let held = rate(ours, "create, publishing held");
    let delivered = figures
        .medians(ours, "create", connections)
        .and_then(|medians| medians.delivered_per_second);
    let mut bars = Vec::new();
    let mut at_least = |what: &str, least: Option<f64>, found: Option<f64>, why| {
        let Some(found) = found else { return };
        let limit = least.map_or("-".to_owned(), |least| {
            format!("at least {}", number(least))
        });
        bars.push(Bar {
            what: format!("{what}, {connections} connections"),
            limit,
            figure: number(found),
            met: least.map(|least| found >= least),
            why,
        });
    };
    at_least(
        "create (publishing held) to a bare component's INSERT",
        Some(0.85),
        ratio(held, rate(bare, "create")),
        TASK,
    );
    at_least(
        "the same to a bare component's INSERT with event and outbox",
        None,
        ratio(held, rate(bare, "create with event")),
        TASK,
    );
    at_least(
        "create with its event in Kafka, to FastAPI",
        Some(3.0),
        ratio(delivered, rate("FastAPI", "create")),
        EVENT,
    );
    at_least(
        "list of 50, to FastAPI",
        Some(2.0),
        ratio(rate(ours, "list of 50"), rate("FastAPI", "list of 50")),
        LIST,
    );
    let on_wasi_03 = rate(
        &ours.replace(", PostgreSQL", ", WASI 0.3, PostgreSQL"),
        "create, publishing held",
    );
    at_least(
        "create (publishing held) on WASI 0.3, to WASI 0.2",
        Some(1.7),
        ratio(on_wasi_03, held),
        TASK,
    );
    at_least(
        "the same to native axum",
        Some(0.35),
        ratio(on_wasi_03, rate("axum", "create")),
        TASK,
    );
    bars.extend(of_memory(figures, ours));
    bars
}

fn of_memory(figures: &Figures<'_>, ours: &str) -> Vec<Bar> {
    let of = |server: &str| {
        figures
            .results
            .memory
            .iter()
            .find(|memory| memory.server == server)
    };
    let mut bars = Vec::new();
    if let Some(ours) = of(ours) {
        let figure = format!("{} MB", number(ours.idle_mb));
        bars.push(Bar::new(
            "memory of the idle host",
            "at most 70 MB",
            figure,
            ours.idle_mb <= 70.0,
            MEMORY,
        ));
        if let Some(fastapi) = of("FastAPI") {
            let ratio = ours.peak_mb / fastapi.peak_mb.max(1.0);
            bars.push(Bar::new(
                "memory under load, to FastAPI",
                "less than 0.50",
                number(ratio),
                ratio < 0.5,
                MEMORY,
            ));
        }
    }
    bars
}

fn of_events(figures: &Figures<'_>) -> Vec<Bar> {
    let mut bars = Vec::new();
    let events = &figures.results.events;
    let lightest = events
        .iter()
        .map(|found| found.pace)
        .fold(f64::INFINITY, f64::min);
    for found in events {
        let light = found.pace <= lightest;
        let at = format!("at {} changes per second", number(found.pace));
        let mut below = |what: &str, limit: f64, value: f64| {
            let figure = format!("{} ms", number(value));
            let limit_text = format!("under {} ms", number(limit));
            bars.push(Bar::new(
                &format!("{what} {at}"),
                &limit_text,
                figure,
                value < limit,
                EVENT,
            ));
        };
        below(
            "event in Kafka after the commit, p99",
            if light { 100.0 } else { 1000.0 },
            found.lag_p99_ms,
        );
        below(
            "next occurrence in the list, p99",
            if light { 60.0 } else { 250.0 },
            found.next_p99_ms,
        );
        if !light {
            // A thousandth is the last slice of the schedule, which ends a little after its last call.
            let kept = found.reached >= found.pace * 0.99;
            let figure = format!(
                "{}/s for {} s",
                number(found.reached),
                number(found.seconds)
            );
            bars.push(Bar::new(
                &format!("changes sustained {at}"),
                "all of them",
                figure,
                kept,
                EVENT,
            ));
        }
        let figure = format!("{} of {}", found.lost, found.events);
        bars.push(Bar::new(
            &format!("events lost {at}"),
            "none",
            figure,
            found.lost == 0,
            EVENT,
        ));
    }
    bars
}

fn of_lists(figures: &Figures<'_>) -> Vec<Bar> {
    let of_size = figures
        .results
        .lists
        .iter()
        .filter(|list| list.tasks == 100_000);
    let worst = of_size.max_by(|a, b| a.p99_ms.total_cmp(&b.p99_ms));
    let bar = worst.map(|worst| {
        let query = if worst.query.is_empty() {
            "no filter"
        } else {
            &worst.query
        };
        let figure = format!("{} ms (`{query}`)", number(worst.p99_ms));
        Bar::new(
            "list of 50 from 100,000 tasks, the slowest p99",
            "under 20 ms",
            figure,
            worst.p99_ms < 20.0,
            LIST,
        )
    });
    bar.into_iter().collect()
}

fn of_starts(figures: &Figures<'_>) -> Vec<Bar> {
    let bar = figures.results.clone_seconds.map(|seconds| {
        let figure = format!("{} s", number(seconds));
        Bar::new(
            "clone to first answer, downloads there",
            "under 180 s",
            figure,
            seconds < 180.0,
            FIRST_RUN,
        )
    });
    bar.into_iter().collect()
}
