//! `cargo xtask build`: the components, in one call of cargo, and the host to run them on.

use crate::cli::BuildArgs;
use crate::variant::{Mode, Variant};
use crate::{cmd, components, manifest, paths, setup, sizes, toolchain};
use anyhow::{Context, bail};
use stack::Wasi;
use std::path::PathBuf;

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

/// The components for WASI 0.3, all of them.
pub(crate) fn build_for_wasi_03() -> anyhow::Result<()> {
    let all = BuildArgs {
        components: Vec::new(),
        wasi: Wasi::V03,
    };
    release_components(&all).map(drop)
}

/// What `run` serves. Returns the host to serve it with; `None` is the one that the machine has.
pub(crate) fn build_to_run(variant: Variant) -> anyhow::Result<Option<PathBuf>> {
    let names = components::select(&[], variant.wasi)?;
    components(&names, variant)?;
    host(variant.mode)
}

/// Returns the components over their size limit.
fn release_components(args: &BuildArgs) -> anyhow::Result<Vec<String>> {
    let names = components::select(&args.components, args.wasi)?;
    let variant = Variant {
        mode: Mode::Release,
        wasi: args.wasi,
    };
    components(&names, variant)?;
    let sizes = names
        .into_iter()
        .map(|name| size(&name, args.wasi).map(|size| (name, size)));
    Ok(sizes::report(
        &sizes.collect::<anyhow::Result<Vec<_>>>()?,
        args.wasi,
    ))
}

/// Compiles components and puts them where the manifest expects them.
fn components(names: &[String], variant: Variant) -> anyhow::Result<()> {
    let mut cargo = setup::wasm_toolchain()?.cargo_build();
    cargo.args(["--profile", variant.mode.component_profile()]);
    for name in names {
        cargo.args(["-p", name]);
    }
    if variant.wasi == Wasi::V03 {
        cargo.args(["--features", "platform/wasi03"]);
    }
    cmd::run(cargo)?;
    componentize(names, variant)?;
    for name in names {
        has_one_sdk(name, variant.wasi)?;
    }
    if variant.wasi == Wasi::V03 {
        manifest::write(&paths::root())?;
    }
    Ok(())
}

/// Puts the compiled modules, made components, where the manifest expects them.
fn componentize(names: &[String], variant: Variant) -> anyhow::Result<()> {
    let mut cargo = paths::cargo();
    cargo.args(["run", "--quiet", "--profile", variant.mode.native_profile()]);
    cargo.args(["-p", "componentize", "--"]);
    for name in names {
        cargo.arg(compiled(name, variant.mode));
        cargo.arg(installed(name, variant.wasi));
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
    let devhost = paths::target().join(mode.native_folder()).join("devhost");
    if !devhost.is_file() {
        eprintln!(
            "Building devhost, the host for machines without the Spin CLI. The first time takes a minute or more."
        );
    }
    let mut cargo = paths::cargo();
    cargo.args(["build", "--profile", mode.native_profile(), "-p", "devhost"]);
    cmd::run(cargo)?;
    Ok(Some(devhost))
}
