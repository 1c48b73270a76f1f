//! The limits that the project sets itself, each beside its figure.

use crate::report::figures::{Figures, number};
use bar::{Bar, EVENT, FIRST_RUN, LIST};
use std::fmt::Write;

mod bar;
mod calls;
#[cfg(test)]
mod tests;

/// Every limit that was measured.
pub(crate) fn table(figures: &Figures<'_>) -> String {
    let mut bars = calls::bars(figures);
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

fn of_events(figures: &Figures<'_>) -> Vec<Bar> {
    let mut bars = Vec::new();
    let events = &figures.results.events;
    let lightest = events
        .iter()
        .map(|found| found.pace)
        .fold(f64::INFINITY, f64::min);
    // The bars are for the build that is the default.
    for found in events
        .iter()
        .filter(|found| !found.server.contains("WASI 0.3"))
    {
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
