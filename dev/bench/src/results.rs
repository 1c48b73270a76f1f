//! What was measured, as it is kept in results.json.

use crate::proc::Machine;
use anyhow::Context;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

/// All figures, of one run or of several that measured different things.
#[derive(Clone, Debug, Default, Deserialize, PartialEq, Serialize)]
#[serde(default)]
pub(crate) struct Results {
    pub(crate) runs: Vec<Run>,
    pub(crate) calls: Vec<CallRound>,
    pub(crate) memory: Vec<Memory>,
    pub(crate) events: Vec<EventFigures>,
    pub(crate) backlog: Option<Backlog>,
    pub(crate) lists: Vec<ListFigure>,
    pub(crate) starts: Vec<Start>,
    /// From a fresh clone to the first answer.
    pub(crate) clone_seconds: Option<f64>,
}

/// One call of the command: when, where and with what.
#[derive(Clone, Debug, Default, Deserialize, PartialEq, Serialize)]
#[serde(default)]
pub(crate) struct Run {
    pub(crate) date: String,
    pub(crate) command: String,
    /// What of the results is from it.
    pub(crate) measured: Vec<String>,
    pub(crate) machine: Machine,
    pub(crate) versions: BTreeMap<String, String>,
}

/// One slice of one call at one server.
#[derive(Clone, Debug, Default, Deserialize, PartialEq, Serialize)]
#[serde(default)]
pub(crate) struct CallRound {
    pub(crate) server: String,
    pub(crate) call: String,
    pub(crate) connections: usize,
    pub(crate) round: u32,
    pub(crate) count: usize,
    pub(crate) per_second: f64,
    pub(crate) p50_ms: f64,
    pub(crate) p99_ms: f64,
    /// CPU time of the server for each call.
    pub(crate) cpu_ms: f64,
    /// CPU time of PostgreSQL for each call.
    pub(crate) postgres_cpu_ms: Option<f64>,
    /// Calls per second until the last event was published, too.
    pub(crate) delivered_per_second: Option<f64>,
}

/// Memory of a server with all its processes, in MB.
#[derive(Clone, Debug, Default, Deserialize, PartialEq, Serialize)]
#[serde(default)]
pub(crate) struct Memory {
    pub(crate) server: String,
    pub(crate) idle_mb: f64,
    pub(crate) peak_mb: f64,
}

/// What events did at one pace.
#[derive(Clone, Debug, Default, Deserialize, PartialEq, Serialize)]
#[serde(default)]
pub(crate) struct EventFigures {
    pub(crate) server: String,
    /// Changes per second that were asked for, and that were made.
    pub(crate) pace: f64,
    pub(crate) reached: f64,
    pub(crate) seconds: f64,
    pub(crate) changes: usize,
    pub(crate) events: usize,
    /// Events in the outbox that are not in Kafka.
    pub(crate) lost: usize,
    /// From the commit to the broker.
    pub(crate) lag_p50_ms: f64,
    pub(crate) lag_p99_ms: f64,
    pub(crate) lag_max_ms: f64,
    /// From the answer to a completion until the next occurrence is in the list.
    pub(crate) next_p50_ms: f64,
    pub(crate) next_p99_ms: f64,
    pub(crate) next_count: usize,
    pub(crate) call_p99_ms: f64,
}

/// Events that waited to be published, all at once.
#[derive(Clone, Debug, Default, Deserialize, PartialEq, Serialize)]
#[serde(default)]
pub(crate) struct Backlog {
    pub(crate) server: String,
    pub(crate) rows: usize,
    pub(crate) users: usize,
    pub(crate) seconds: f64,
}

/// One kind of list.
#[derive(Clone, Debug, Default, Deserialize, PartialEq, Serialize)]
#[serde(default)]
pub(crate) struct ListFigure {
    pub(crate) server: String,
    pub(crate) tasks: usize,
    pub(crate) query: String,
    pub(crate) p50_ms: f64,
    pub(crate) p99_ms: f64,
}

/// From the start of a host to its first answer: with nothing compiled before, and again.
#[derive(Clone, Debug, Default, Deserialize, PartialEq, Serialize)]
#[serde(default)]
pub(crate) struct Start {
    pub(crate) server: String,
    pub(crate) seconds: Vec<f64>,
    pub(crate) again: Vec<f64>,
}

impl Results {
    /// What an earlier run left; nothing when there is none.
    pub(crate) fn load(file: &Path) -> anyhow::Result<Self> {
        if !file.is_file() {
            return Ok(Self::default());
        }
        let text = fs::read_to_string(file)?;
        serde_json::from_str(&text).with_context(|| format!("cannot read {}", file.display()))
    }

    pub(crate) fn save(&self, file: &Path) -> anyhow::Result<()> {
        if let Some(folder) = file.parent() {
            fs::create_dir_all(folder)?;
        }
        let text = serde_json::to_string_pretty(self)? + "\n";
        fs::write(file, text).with_context(|| format!("cannot write {}", file.display()))
    }

    /// Adds a run; what it measured is no longer told of earlier ones.
    pub(crate) fn add_run(&mut self, run: Run) {
        for earlier in &mut self.runs {
            earlier.measured.retain(|name| !run.measured.contains(name));
        }
        self.runs.retain(|earlier| !earlier.measured.is_empty());
        self.runs.push(run);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn results_are_read_as_they_were_written_and_new_fields_may_come() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("deep/results.json");
        assert_eq!(Results::load(&file).unwrap(), Results::default());
        let results = Results {
            clone_seconds: Some(1.5),
            lists: vec![ListFigure::default()],
            ..Results::default()
        };
        results.save(&file).unwrap();
        assert_eq!(Results::load(&file).unwrap(), results);
        fs::write(&file, "{}").unwrap();
        assert_eq!(Results::load(&file).unwrap(), Results::default());
    }

    #[test]
    fn a_later_run_takes_over_what_it_measured() {
        let run = |date: &str, measured: &[&str]| Run {
            date: date.to_owned(),
            measured: measured.iter().map(|name| (*name).to_owned()).collect(),
            ..Run::default()
        };
        let mut results = Results::default();
        results.add_run(run("1", &["calls", "lists"]));
        results.add_run(run("2", &["start"]));
        results.add_run(run("3", &["lists", "start"]));
        let left: Vec<_> = results
            .runs
            .iter()
            .map(|run| (&*run.date, run.measured.join(" ")))
            .collect();
        assert_eq!(
            left,
            [("1", "calls".to_owned()), ("3", "lists start".to_owned())]
        );
    }
}
