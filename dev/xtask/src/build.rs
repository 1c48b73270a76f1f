//! `cargo xtask build`: the components, in one call of cargo, and the host to run them on.

use crate::cli::BuildArgs;
use crate::{cmd, components, manifest, paths, setup, sizes, toolchain};
use anyhow::{Context, bail};
use stack::Wasi;
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

/// The components for WASI 0.3, all of them.
pub(crate) fn build_for_wasi_03() -> anyhow::Result<()> {
    components(&BuildArgs {
        components: Vec::new(),
        wasi: Wasi::V03,
    })
    .map(|_| ())
}

/// Compiles components and puts them where the manifest expects them. Returns those over their size limit.
fn components(args: &BuildArgs) -> anyhow::Result<Vec<String>> {
    let names = components::select(&args.components, args.wasi)?;
    let mut cargo = setup::wasm_toolchain()?.cargo_build();
    cargo.args(["--profile", "component"]);
    for name in &names {
        cargo.args(["-p", name]);
    }
    if args.wasi == Wasi::V03 {
        cargo.args(["--features", "platform/wasi03"]);
    }
    cmd::run(cargo)?;
    componentize(&names, args.wasi)?;
    for name in &names {
        has_one_sdk(name, args.wasi)?;
    }
    if args.wasi == Wasi::V03 {
        manifest::write(&paths::root())?;
    }
    let sizes = names
        .into_iter()
        .map(|name| size(&name, args.wasi).map(|size| (name, size)));
    Ok(sizes::report(
        &sizes.collect::<anyhow::Result<Vec<_>>>()?,
        args.wasi,
    ))
}

/// Puts the compiled modules, made components, where the manifest expects them.
fn componentize(names: &[String], wasi: Wasi) -> anyhow::Result<()> {
    let mut cargo = paths::cargo();
    cargo.args(["run", "--quiet", "--release", "-p", "componentize", "--"]);
    for name in names {
        cargo.arg(compiled(name)).arg(installed(name, wasi));
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

fn installed(name: &str, wasi: Wasi) -> PathBuf {
    wasi.components(&paths::root()).join(format!("{name}.wasm"))
}

/// Both SDKs are dependencies of `platform`; each leaves its version in what it is linked into.
fn has_one_sdk(name: &str, wasi: Wasi) -> anyhow::Result<()> {
    let other = match wasi {
        Wasi::V02 => "spin-sdk-version-7",
        Wasi::V03 => "spin-sdk-version-5",
    };
    let wasm = std::fs::read(installed(name, wasi))?;
    if wasm
        .windows(other.len())
        .any(|part| part == other.as_bytes())
    {
        bail!("{name} has the SDK of the other version of WASI in it ({other})");
    }
    Ok(())
}

/// In bytes.
fn size(name: &str, wasi: Wasi) -> anyhow::Result<u64> {
    let path = installed(name, wasi);
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
