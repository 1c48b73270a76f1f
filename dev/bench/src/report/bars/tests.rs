//! Which figure stands beside which limit.

use super::bar::{MEMORY, TASK};
use super::*;
use crate::results::{CallRound, EventFigures, ListFigure, Memory, Results};

fn round(server: &str, call: &str, per_second: f64) -> CallRound {
    CallRound {
        server: server.into(),
        call: call.into(),
        connections: 16,
        per_second,
        delivered_per_second: (call == "create").then_some(per_second / 2.0),
        ..CallRound::default()
    }
}

#[track_caller]
fn has(table: &str, row: &str) {
    assert!(table.contains(row), "{row} is not in\n{table}");
}

#[test]
fn bars_of_calls_are_ratios_on_the_same_host() {
    let results = Results {
        calls: vec![
            round(
                "ours, devhost, PostgreSQL",
                "create, publishing held",
                9_999.0,
            ),
            round("ours, Spin, PostgreSQL", "create, publishing held", 900.0),
            round(
                "ours, Spin, PostgreSQL, with tokens",
                "create, publishing held",
                600.0,
            ),
            round("ours, Spin, PostgreSQL", "create", 800.0),
            round("bare component, Spin", "create", 1_000.0),
            round("FastAPI", "create", 200.0),
        ],
        memory: vec![Memory {
            server: "ours, Spin, PostgreSQL".into(),
            idle_mb: 71.0,
            peak_mb: 100.0,
        }],
        ..Results::default()
    };
    let table = table(&Figures::new(&results));
    has(
        &table,
        "INSERT, 16 connections | at least 0.85 | 0.90 | yes |",
    );
    has(
        &table,
        "with a token (publishing held) to a bare component's INSERT, 16 connections | at least 0.85 | 0.60 | **no**, [why](ARCHITECTURE.md#what-a-new-task-costs) |",
    );
    has(
        &table,
        "to FastAPI, 16 connections | at least 3.00 | 2.00 | **no**, [why](ARCHITECTURE.md#what-an-event-costs) |",
    );
    has(
        &table,
        "| memory of the idle host | at most 70 MB | 71.0 MB | **no**, [why](ARCHITECTURE.md#what-the-memory-is-for) |",
    );
    assert!(!table.contains("list of 50"), "{table}");
}

#[test]
fn what_a_missed_bar_refers_to_is_there() {
    let root = std::path::Path::new(env!("CARGO_MANIFEST_DIR"))
        .ancestors()
        .nth(2)
        .unwrap();
    let text = std::fs::read_to_string(root.join("docs/ARCHITECTURE.md")).unwrap();
    let anchors: Vec<String> = text
        .lines()
        .filter_map(|line| line.strip_prefix("## "))
        .map(|title| title.to_lowercase().replace(' ', "-"))
        .collect();
    for why in [TASK, EVENT, LIST, MEMORY, FIRST_RUN] {
        assert!(
            anchors.iter().any(|anchor| anchor == why),
            "{why}: {anchors:?}"
        );
    }
}

#[test]
fn bars_of_events_differ_by_load() {
    let event = |pace, reached, lost| EventFigures {
        pace,
        reached,
        lost,
        events: 10,
        lag_p99_ms: 101.0,
        next_p99_ms: 61.0,
        ..EventFigures::default()
    };
    let results = Results {
        events: vec![event(20.0, 20.0, 0), event(500.0, 400.0, 1)],
        ..Results::default()
    };
    let table = table(&Figures::new(&results));
    has(
        &table,
        "p99 at 20.0 changes per second | under 100 ms | 101 ms | **no**, [why](ARCHITECTURE.md#what-an-event-costs) |",
    );
    has(
        &table,
        "p99 at 500 changes per second | under 1,000 ms | 101 ms | yes |",
    );
    has(
        &table,
        "p99 at 20.0 changes per second | under 60.0 ms | 61.0 ms | **no**, [why](ARCHITECTURE.md#what-an-event-costs) |",
    );
    has(
        &table,
        "changes sustained at 500 changes per second | all of them | 400/s for 0.00 s | **no**, [why](ARCHITECTURE.md#what-an-event-costs) |",
    );
    has(
        &table,
        "| events lost at 500 changes per second | none | 1 of 10 | **no**, [why](ARCHITECTURE.md#what-an-event-costs) |",
    );
}

#[test]
fn the_bar_of_lists_is_for_the_slowest_of_one_size() {
    let list = |tasks, query: &str, p99_ms| ListFigure {
        tasks,
        query: query.into(),
        p99_ms,
        ..ListFigure::default()
    };
    let results = Results {
        lists: vec![
            list(100_000, "q=a", 19.0),
            list(100_000, "", 3.0),
            list(1_000_000, "", 99.0),
        ],
        clone_seconds: Some(181.0),
        ..Results::default()
    };
    let table = table(&Figures::new(&results));
    has(&table, "| under 20 ms | 19.0 ms (`q=a`) | yes |");
    has(
        &table,
        "| under 180 s | 181 s | **no**, [why](ARCHITECTURE.md#what-the-first-run-takes) |",
    );
}
