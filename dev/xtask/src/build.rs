//! `cargo xtask build`: the components, in one call of cargo, and the host to run them on.

use crate::cli::BuildArgs;
use crate::{cmd, components, paths, setup, sizes, toolchain};
use anyhow::{Context, bail};
use std::path::PathBuf;

/// How much the compilers optimise.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Mode {
    /// For a first look: built in half the time, and slower.
    Dev,
    /// What is tested, measured and deployed.
    Release,
}

impl Mode {
    /// Cargo's profile of the components.
    fn component_profile(self) -> &'static str {
        match self {
            Self::Dev => "component-dev",
            Self::Release => "component",
        }
    }

    /// Cargo's profile of devhost and componentize, and the folder that it builds into.
    fn native_profile(self) -> (&'static str, &'static str) {
        match self {
            Self::Dev => ("dev", "debug"),
            Self::Release => ("release", "release"),
        }
    }
}

/// `cargo xtask build`. A component over its size limit is shown, and no error.
pub(crate) fn build(args: &BuildArgs) -> anyhow::Result<()> {
    let over = release_components(args)?;
    if !over.is_empty() {
        eprintln!("warning: over the size limit: {}", over.join(", "));
    }
    if args.components.is_empty() {
        host(Mode::Release)?;
    }
    Ok(())
}

/// The same for `test`, where a component over its size limit is an error.
pub(crate) fn build_strictly() -> anyhow::Result<()> {
    let over = release_components(&BuildArgs::default())?;
    host(Mode::Release)?;
    if !over.is_empty() {
        bail!("over the size limit: {}", over.join(", "));
    }
    Ok(())
}

/// What `run` serves. Returns the host to serve it with; `None` is the one that the machine has.
pub(crate) fn build_to_run(mode: Mode) -> anyhow::Result<Option<PathBuf>> {
    match mode {
        Mode::Dev => components(&components::select(&[])?, mode)?,
        Mode::Release => {
            release_components(&BuildArgs::default())?;
        }
    }
    host(mode)
}

/// Returns the components over their size limit.
fn release_components(args: &BuildArgs) -> anyhow::Result<Vec<String>> {
    let names = components::select(&args.components)?;
    components(&names, Mode::Release)?;
    let sizes = names
        .into_iter()
        .map(|name| size(&name).map(|size| (name, size)));
    Ok(sizes::report(&sizes.collect::<anyhow::Result<Vec<_>>>()?))
}

/// Compiles components to `target/components/<package>.wasm`.
fn components(names: &[String], mode: Mode) -> anyhow::Result<()> {
    let mut cargo = setup::wasm_toolchain()?.cargo_build();
    cargo.args(["--profile", mode.component_profile()]);
    for name in names {
        cargo.args(["-p", name]);
    }
    cmd::run(cargo)?;
    componentize(names, mode)
}

/// Puts the compiled modules, made components, where `spin.toml` expects them.
fn componentize(names: &[String], mode: Mode) -> anyhow::Result<()> {
    let mut cargo = paths::cargo();
    cargo.args(["run", "--quiet", "--profile", mode.native_profile().0]);
    cargo.args(["-p", "componentize", "--"]);
    for name in names {
        cargo.arg(compiled(name, mode)).arg(installed(name));
    }
    cmd::run(cargo)
}

fn compiled(name: &str, mode: Mode) -> PathBuf {
    let file = format!("{}.wasm", name.replace('-', "_"));
    paths::target()
        .join(toolchain::TARGET)
        .join(mode.component_profile())
        .join(file)
}

fn installed(name: &str) -> PathBuf {
    paths::components().join(format!("{name}.wasm"))
}

/// In bytes.
fn size(name: &str) -> anyhow::Result<u64> {
    let path = installed(name);
    let metadata = std::fs::metadata(&path);
    Ok(metadata
        .with_context(|| format!("no {}", path.display()))?
        .len())
}

/// Builds devhost, which only a machine without the Spin CLI needs, and says where it is; `None` where another host serves.
fn host(mode: Mode) -> anyhow::Result<Option<PathBuf>> {
    if let Some(devhost) = std::env::var_os("TODO_DEVHOST") {
        eprintln!("TODO_DEVHOST is set: {} is the host", devhost.display());
        return Ok(None);
    }
    if stack::on_path("spin").is_some() {
        eprintln!("`spin` is on the PATH: no devhost needed");
        return Ok(None);
    }
    let (profile, folder) = mode.native_profile();
    let devhost = paths::target().join(folder).join("devhost");
    if !devhost.is_file() {
        eprintln!(
            "Building devhost, the host for machines without the Spin CLI. The first time takes a minute or more."
        );
    }
    let mut cargo = paths::cargo();
    cargo.args(["build", "--profile", profile, "-p", "devhost"]);
    cmd::run(cargo)?;
    Ok(Some(devhost))
}
