//! What `cargo xtask prove` runs; its options are described there.

use std::process::ExitCode;

use clap::Parser;
use e2e::prove::{FaultKind, Prover, Sabotage, prove_seeds};

#[derive(Debug, Parser)]
struct Args {
    #[arg(long)]
    seeds: u64,
    #[arg(long)]
    seed: u64,
    #[arg(long, value_delimiter = ',', value_enum)]
    faults: Vec<FaultKind>,
    #[arg(long, value_enum)]
    sabotage: Option<Sabotage>,
}

fn main() -> anyhow::Result<ExitCode> {
    let args = Args::parse();
    let mut prover = Prover::start()?;
    if let Some(sabotage) = args.sabotage {
        prover.sql(&sabotage.sql())?;
    }
    let seeds = args.seed..args.seed.saturating_add(args.seeds);
    let tally = prove_seeds(&mut prover, seeds, &args.faults, args.sabotage.is_some())?;
    prover.stop()?;
    // A sabotage is to be found.
    let good = tally.failed.is_empty() != args.sabotage.is_some();
    Ok(if good {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    })
}
