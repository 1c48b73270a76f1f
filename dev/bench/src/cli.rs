//! The command line, and the sizes that follow from it.

use clap::{Parser, ValueEnum};
use std::path::PathBuf;
use std::time::Duration;

/// Measures the application beside what else one could take, and writes docs/benchmarks.md.
///
/// Everything runs on this machine: PostgreSQL, Kafka, daprd, the hosts, the peers of bench/peers, and the program that calls them.
/// Have nothing else run meanwhile. The whole takes less than 40 minutes on two cores.
#[derive(Clone, Debug, Parser)]
#[command(name = "cargo xtask bench", bin_name = "cargo xtask bench")]
pub(crate) struct Cli {
    /// Small sizes, in a few minutes: shows that everything works. Writes to target/bench unless --out says otherwise
    #[arg(long)]
    pub(crate) quick: bool,
    /// Only these measurements; the figures of the others stay as they are. Can be repeated
    #[arg(long, value_enum, value_name = "NAME")]
    pub(crate) only: Vec<Section>,
    /// A Spin to measure beside devhost
    #[arg(long, value_name = "PATH")]
    pub(crate) spin: Option<PathBuf>,
    /// The devhost to measure; default the one that was built beside this program
    #[arg(long, value_name = "PATH")]
    pub(crate) devhost: Option<PathBuf>,
    /// Also measure the time from a fresh clone to the first answer of `cargo xtask run`, with a target folder of its own
    #[arg(long)]
    pub(crate) clone: bool,
    /// Write the document anew from its results.json, without measuring
    #[arg(long)]
    pub(crate) render: bool,
    /// The folder of benchmarks.md and benchmarks/ [default: docs; target/bench with --quick, --server or --call]
    #[arg(long, value_name = "DIR")]
    pub(crate) out: Option<PathBuf>,
    /// Rounds of the calls; medians of them are shown [default: 3]
    #[arg(long, value_name = "N")]
    pub(crate) rounds: Option<u32>,
    /// Seconds of each slice of calls, of creations two and a half times as many [default: 2]
    #[arg(long, value_name = "S")]
    pub(crate) seconds: Option<f64>,
    /// Connections at once, with commas between [default: 1,16,64]
    #[arg(long, value_name = "N,N", value_delimiter = ',')]
    pub(crate) connections: Vec<usize>,
    /// Only servers whose name contains this, in the measurement of calls
    #[arg(long, value_name = "TEXT")]
    pub(crate) server: Option<String>,
    /// Only this call, such as `create`, in the measurement of calls
    #[arg(long, value_name = "CALL")]
    pub(crate) call: Option<String>,
    /// PostgreSQL without fsync: for a machine whose disk is slower than what is to be measured
    #[arg(long)]
    pub(crate) without_fsync: bool,
}

/// The measurements.
#[derive(Clone, Copy, Debug, Eq, PartialEq, ValueEnum)]
pub(crate) enum Section {
    /// Create, patch, complete, get and list, beside the peers
    Calls,
    /// Event lag and next occurrences, at a low load and at 500 changes per second
    Events,
    /// 50,000 events that wait to be published
    Backlog,
    /// Lists of 50 from 1,000 to 1,000,000 tasks
    Lists,
    /// From the start of a host to its first answer
    Start,
}

/// How much is measured.
#[derive(Clone, Debug)]
pub(crate) struct Sizes {
    pub(crate) rounds: u32,
    pub(crate) slice: Duration,
    pub(crate) connections: Vec<usize>,
    /// Changes per second and for how long: a low load, a high one.
    pub(crate) paces: [(f64, Duration); 2],
    pub(crate) backlog: usize,
    /// Tasks of one user.
    pub(crate) lists: Vec<usize>,
    /// Lists of each kind.
    pub(crate) list_calls: usize,
    pub(crate) starts: u32,
}

impl Cli {
    /// Whether this measurement is asked for.
    pub(crate) fn wants(&self, section: Section) -> bool {
        self.only.is_empty() || self.only.contains(&section)
    }

    pub(crate) fn sizes(&self) -> Sizes {
        let seconds = Duration::from_secs;
        let mut sizes = if self.quick {
            Sizes {
                rounds: 1,
                slice: Duration::from_millis(300),
                connections: vec![1, 16],
                paces: [(20.0, seconds(3)), (100.0, seconds(3))],
                backlog: 1_000,
                lists: vec![1_000, 10_000],
                list_calls: 10,
                starts: 1,
            }
        } else {
            Sizes {
                rounds: 3,
                slice: seconds(2),
                connections: vec![1, 16, 64],
                paces: [(20.0, seconds(30)), (500.0, seconds(60))],
                backlog: 50_000,
                lists: vec![1_000, 100_000, 1_000_000],
                list_calls: 200,
                starts: 5,
            }
        };
        sizes.rounds = self.rounds.unwrap_or(sizes.rounds);
        if let Some(seconds) = self.seconds {
            sizes.slice = Duration::from_secs_f64(seconds);
        }
        if !self.connections.is_empty() {
            sizes.connections.clone_from(&self.connections);
        }
        sizes
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use clap::CommandFactory;

    #[test]
    fn the_command_line_is_consistent() {
        Cli::command().debug_assert();
    }

    #[test]
    fn sizes_can_be_set_one_by_one() {
        let cli = |words: &str| Cli::parse_from(format!("bench {words}").split_whitespace());
        let quick = cli("--quick --connections 2,4 --seconds 0.5").sizes();
        assert_eq!((quick.rounds, quick.connections), (1, vec![2, 4]));
        assert_eq!(quick.slice, Duration::from_millis(500));
        assert!(
            cli("--only lists").wants(Section::Lists) && !cli("--only lists").wants(Section::Calls)
        );
        assert!(cli("").wants(Section::Start));
    }
}
