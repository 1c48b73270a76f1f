//! The limits of calls: most are ratios to a peer.

use super::bar::{Bar, EVENT, LIST, MEMORY, TASK};
use crate::report::figures::{Figures, number};

/// The limits of calls and of the memory that they take.
pub(super) fn bars(figures: &Figures<'_>) -> Vec<Bar> {
    let (ours, bare) = figures.ours_and_bare();
    let held = figures.rate(ours, HELD);
    let delivered = figures
        .compared(ours, "create")
        .and_then(|medians| medians.delivered_per_second);
    let with_token = figures.rate(&format!("{ours}, with tokens"), HELD);
    let insert = figures.rate(bare, "create");
    let ratios = [
        (
            "create (publishing held) to a bare component's INSERT",
            Some(0.85),
            ratio(held, insert),
            TASK,
        ),
        (
            "the same to a bare component's INSERT with event and outbox",
            None,
            ratio(held, figures.rate(bare, "create with event")),
            TASK,
        ),
        (
            "create with a token (publishing held) to a bare component's INSERT",
            Some(0.85),
            ratio(with_token, insert),
            TASK,
        ),
        (
            "create with its event in Kafka, to FastAPI",
            Some(3.0),
            ratio(delivered, figures.rate("FastAPI", "create")),
            EVENT,
        ),
        (
            "list of 50, to FastAPI",
            Some(2.0),
            ratio(
                figures.rate(ours, "list of 50"),
                figures.rate("FastAPI", "list of 50"),
            ),
            LIST,
        ),
    ];
    let mut bars = at_least(figures, ratios);
    bars.extend(of_wasi_03(figures, ours));
    bars.extend(of_memory(figures, ours));
    bars
}

fn of_wasi_03(figures: &Figures<'_>, ours: &str) -> Vec<Bar> {
    let on_wasi_03 = ours.replace(", PostgreSQL", ", WASI 0.3, PostgreSQL");
    let on_wasi_03 = figures.rate(&on_wasi_03, HELD);
    let ratios = [
        (
            "create (publishing held) on WASI 0.3, to WASI 0.2",
            Some(1.7),
            ratio(on_wasi_03, figures.rate(ours, HELD)),
            TASK,
        ),
        (
            "the same to native axum",
            Some(0.35),
            ratio(on_wasi_03, figures.rate("axum", "create")),
            TASK,
        ),
    ];
    at_least(figures, ratios)
}

/// The call that stands alone.
const HELD: &str = "create, publishing held";

fn ratio(a: Option<f64>, b: Option<f64>) -> Option<f64> {
    Some(a? / b.filter(|b| *b > 0.0)?)
}

/// A bar for each ratio that was measured: what it is of, its limit if it has one, and why it may be missed.
fn at_least<const N: usize>(
    figures: &Figures<'_>,
    ratios: [(&str, Option<f64>, Option<f64>, &'static str); N],
) -> Vec<Bar> {
    let connections = figures.compared_at().unwrap_or_default();
    let measured = ratios.into_iter().filter_map(|(what, least, found, why)| {
        let found = found?;
        Some(Bar {
            what: format!("{what}, {connections} connections"),
            limit: least.map_or("-".to_owned(), |least| {
                format!("at least {}", number(least))
            }),
            figure: number(found),
            met: least.map(|least| found >= least),
            why,
        })
    });
    measured.collect()
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
