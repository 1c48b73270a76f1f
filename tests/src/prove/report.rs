//! Seeds one after the other, and what is said about them.

use std::collections::BTreeMap;
use std::io::Write;
use std::time::Instant;

use super::history::Answer;
use super::run::{Outcome, Prover};
use super::schedule::{FaultKind, Schedule, generate};
use super::violation::Rule;
use crate::stack_harness::report;

/// Violations of one seed that are shown in full.
const SHOWN: usize = 5;

/// What became of some seeds.
#[derive(Clone, Debug, Default)]
pub struct Tally {
    /// How many ran.
    pub seeds: usize,
    /// The broken rules of those that failed.
    pub failed: BTreeMap<u64, Vec<Rule>>,
}

/// Runs these seeds and tells of each as it ends; `stop` after the first that fails.
pub fn prove_seeds(
    prover: &mut Prover,
    seeds: impl Iterator<Item = u64>,
    faults: &[FaultKind],
    stop: bool,
) -> anyhow::Result<Tally> {
    let begun = Instant::now();
    let mut tally = Tally::default();
    for seed in seeds {
        let schedule = generate(seed, faults);
        let outcome = prover.prove(&schedule)?;
        tally.seeds += 1;
        tell(&schedule, &outcome);
        if !outcome.violations.is_empty() {
            let mut rules: Vec<Rule> = outcome.violations.iter().map(|found| found.rule).collect();
            rules.sort();
            rules.dedup();
            tally.failed.insert(seed, rules);
            if stop {
                break;
            }
        }
    }
    let (seeds, seconds) = (tally.seeds, begun.elapsed().as_secs());
    report(&format!(
        "{seeds} seeds in {seconds} s, {} failed",
        tally.failed.len()
    ));
    for (seed, rules) in &tally.failed {
        report(&format!("  seed {seed}: {rules:?}"));
    }
    Ok(tally)
}

fn tell(schedule: &Schedule, outcome: &Outcome) {
    let history = &outcome.history;
    let unknown = history
        .calls
        .iter()
        .filter(|call| matches!(call.answer, Answer::Unknown(_)))
        .count();
    let faults: Vec<String> = schedule
        .faults
        .iter()
        .map(|fault| format!("{:?} {:?}", fault.harm, fault.target).to_lowercase())
        .collect();
    let (run, rest) = outcome.seconds;
    report(&format!(
        "seed {}: {} ({} changes called, {unknown} without an answer; {} events, {} records, {} notifications; {run:.1} s, at \
         rest after {rest:.1} s more; faults: {})",
        schedule.seed,
        if outcome.violations.is_empty() {
            "holds"
        } else {
            "FAILED"
        },
        history.calls.len(),
        history.end.outbox.len(),
        history.tasks.len() + history.reminders.len(),
        history.end.notifications.len(),
        if faults.is_empty() {
            "none".to_owned()
        } else {
            faults.join(", ")
        },
    ));
    if outcome.violations.is_empty() {
        return;
    }
    let mut out = std::io::stderr();
    let _ = writeln!(out, "{schedule}");
    for violation in outcome.violations.iter().take(SHOWN) {
        let _ = writeln!(out, "  {violation}");
    }
    let more = outcome.violations.len().saturating_sub(SHOWN);
    if more > 0 {
        let _ = writeln!(out, "  and {more} more");
    }
}
