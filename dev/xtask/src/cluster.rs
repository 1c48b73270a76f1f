//! `cargo xtask cluster`: a live Kubernetes with the application in it, by the scripts of dev/cluster.

use crate::cli::{BuildArgs, ClusterArgs, PackageArgs};
use crate::{build, cmd, package, paths, setup};
use anyhow::Context;
use std::path::PathBuf;
use std::process::Command;

/// Brings it up, judges it, or takes it down.
pub(crate) fn cluster(args: &ClusterArgs) -> anyhow::Result<()> {
    match args {
        ClusterArgs::Up { overlay } => up(overlay),
        ClusterArgs::Test => {
            // Now: inside there is no network to fetch it with.
            setup::hurl()?;
            cmd::run(script("test"))
        }
        ClusterArgs::Down => cmd::run(script("down")),
    }
}

fn up(overlay: &str) -> anyhow::Result<()> {
    let (mut build, mut up) = (script("build"), script("up"));
    if let Some(spin) = spin()? {
        package::package(&PackageArgs::default())?;
        build.env("TODO_SPIN", &spin);
        up.env("TODO_SPIN", &spin);
    } else {
        build::build(&BuildArgs::default())?;
    }
    up.arg(overlay).env(
        "PGBOUNCER",
        stack::ensure_pgbouncer(&paths::root(), &cmd::interrupted)?,
    );
    cmd::run(build)?;
    cmd::run(up)
}

/// The Spin that `TODO_SPIN` names, if it does.
fn spin() -> anyhow::Result<Option<PathBuf>> {
    let named = std::env::var_os("TODO_SPIN").filter(|path| !path.is_empty());
    let found = named.map(|path| {
        std::fs::canonicalize(&path).with_context(|| format!("TODO_SPIN: no {}", path.display()))
    });
    found.transpose()
}

fn script(name: &str) -> Command {
    let mut bash = Command::new("bash");
    bash.arg(paths::root().join(format!("dev/cluster/{name}.sh")));
    bash
}
