//! `cargo xtask cluster`: a live Kubernetes with the application in it, by the scripts of dev/cluster.

use crate::cli::{BuildArgs, ClusterArgs};
use crate::{build, cmd, paths, setup};
use std::process::Command;

/// Brings it up, judges it, or takes it down.
pub(crate) fn cluster(args: &ClusterArgs) -> anyhow::Result<()> {
    match args {
        ClusterArgs::Up { overlay } => {
            build::build(&BuildArgs::default())?;
            let pgbouncer = stack::ensure_pgbouncer(&paths::root(), &cmd::interrupted)?;
            cmd::run(script("build"))?;
            let mut up = script("up");
            up.arg(overlay).env("PGBOUNCER", pgbouncer);
            cmd::run(up)
        }
        ClusterArgs::Test => {
            // Now: inside there is no network to fetch it with.
            setup::hurl()?;
            cmd::run(script("test"))
        }
        ClusterArgs::Down => cmd::run(script("down")),
    }
}

fn script(name: &str) -> Command {
    let mut bash = Command::new("bash");
    bash.arg(paths::root().join(format!("dev/cluster/{name}.sh")));
    bash
}
