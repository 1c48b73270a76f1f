//! `cargo xtask prove`: the prover of tests/, on a stack of its own.

use crate::cli::{FAULTS, ProveArgs};
use crate::{build, cmd, paths, setup};

/// Builds, and runs the seeds; an error when one of them fails.
pub(crate) fn prove(args: &ProveArgs) -> anyhow::Result<()> {
    setup::postgres()?;
    setup::full_stack()?;
    build::build_strictly()?;
    let mut prove = paths::cargo();
    prove.args(["run", "-p", "e2e", "--bin", "prove", "--"]);
    prove.args(["--seeds", &args.seeds.to_string()]);
    prove.args(["--seed", &args.seed.to_string()]);
    // `none` is a word of this command line alone.
    let faults = args.faults.iter().map(String::as_str);
    let faults: Vec<&str> = faults.filter(|kind| FAULTS.contains(kind)).collect();
    if !faults.is_empty() {
        prove.args(["--faults", &faults.join(",")]);
    }
    if let Some(sabotage) = &args.sabotage {
        prove.args(["--sabotage", sabotage]);
    }
    cmd::run(prove)
}
