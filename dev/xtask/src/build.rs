//! `cargo xtask build`: the components, in one call of cargo, and the host to run them on.

use crate::cli::BuildArgs;
use crate::{cmd, components, paths, setup, sizes, toolchain};
use anyhow::{Context, bail};
use std::path::PathBuf;

/// `cargo xtask build`. A component over its size limit is shown, and no error.
pub(crate) fn build(args: &BuildArgs) -> anyhow::Result<()> {
    let over = components(args)?;
    if !over.is_empty() {
        eprintln!("warning: over the size limit: {}", over.join(", "));
    }
    if args.components.is_empty() {
        host()
    } else {
        Ok(())
    }
}

/// The same for `test`, where a component over its size limit is an error.
pub(crate) fn build_strictly() -> anyhow::Result<()> {
    let over = components(&BuildArgs::default())?;
    host()?;
    if !over.is_empty() {
        bail!("over the size limit: {}", over.join(", "));
    }
    Ok(())
}

/// Compiles components to `target/components/<package>.wasm`. Returns those over their size limit.
fn components(args: &BuildArgs) -> anyhow::Result<Vec<String>> {
    let names = components::select(&args.components)?;
    let mut cargo = setup::wasm_toolchain()?.cargo_build();
    cargo.args(["--profile", "component"]);
    for name in &names {
        cargo.args(["-p", name]);
    }
    cmd::run(cargo)?;
    componentize(&names)?;
    let sizes = names
        .into_iter()
        .map(|name| size(&name).map(|size| (name, size)));
    Ok(sizes::report(&sizes.collect::<anyhow::Result<Vec<_>>>()?))
}

/// Puts the compiled modules, made components, where `spin.toml` expects them.
fn componentize(names: &[String]) -> anyhow::Result<()> {
    let mut cargo = paths::cargo();
    cargo.args(["run", "--quiet", "--release", "-p", "componentize", "--"]);
    for name in names {
        cargo.arg(compiled(name)).arg(installed(name));
    }
    cmd::run(cargo)
}

fn compiled(name: &str) -> PathBuf {
    let file = format!("{}.wasm", name.replace('-', "_"));
    paths::target()
        .join(toolchain::TARGET)
        .join("component")
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

/// devhost, which only a machine without the Spin CLI needs.
fn host() -> anyhow::Result<()> {
    if let Some(devhost) = std::env::var_os("TODO_DEVHOST") {
        eprintln!("TODO_DEVHOST is set: {} is the host", devhost.display());
        return Ok(());
    }
    if stack::on_path("spin").is_some() {
        eprintln!("`spin` is on the PATH: no devhost needed");
        return Ok(());
    }
    if !paths::target().join("release/devhost").is_file() {
        eprintln!(
            "Building devhost, the host for machines without the Spin CLI. The first time takes some minutes."
        );
    }
    let mut cargo = paths::cargo();
    cargo.args(["build", "--release", "-p", "devhost"]);
    cmd::run(cargo)
}
