//! `cargo xtask build`: the components, in one call of cargo, and the host to run them on.

use crate::cli::BuildArgs;
use crate::{cmd, components, paths, setup, sizes, toolchain};
use anyhow::{Context, bail};
use std::path::Path;

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
    let sizes = names
        .into_iter()
        .map(|name| install(&name).map(|size| (name, size)));
    Ok(sizes::report(&sizes.collect::<anyhow::Result<Vec<_>>>()?))
}

/// Puts a compiled component where `spin.toml` expects it. Returns its size in bytes.
fn install(name: &str) -> anyhow::Result<u64> {
    let built = paths::target()
        .join(toolchain::TARGET)
        .join("component")
        .join(format!("{}.wasm", name.replace('-', "_")));
    let bytes =
        std::fs::read(&built).with_context(|| format!("{name} left no {}", built.display()))?;
    replace(&paths::components().join(format!("{name}.wasm")), &bytes)?;
    Ok(bytes.len().try_into()?)
}

/// Writes a file unless it has these bytes already. A host that reads it meanwhile sees the old or the new one, whole.
fn replace(path: &Path, bytes: &[u8]) -> anyhow::Result<()> {
    if std::fs::read(path).is_ok_and(|old| old == bytes) {
        return Ok(());
    }
    let folder = path.parent().context("a file without a folder")?;
    std::fs::create_dir_all(folder)?;
    let new = path.with_extension("wasm.new");
    std::fs::write(&new, bytes)?;
    std::fs::rename(&new, path).with_context(|| format!("cannot write {}", path.display()))
}

/// devhost, which only a machine without the Spin CLI needs.
fn host() -> anyhow::Result<()> {
    if let Some(devhost) = std::env::var_os("TODO_DEVHOST") {
        eprintln!("TODO_DEVHOST is set: {} is the host", devhost.display());
        return Ok(());
    }
    if cmd::on_path("spin") {
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_is_only_written_when_it_changed() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("deep/a.wasm");
        replace(&file, b"one").unwrap();
        let written = std::fs::metadata(&file).unwrap().modified().unwrap();
        replace(&file, b"one").unwrap();
        assert_eq!(
            std::fs::metadata(&file).unwrap().modified().unwrap(),
            written
        );
        replace(&file, b"two").unwrap();
        assert_eq!(std::fs::read(&file).unwrap(), b"two");
        assert_eq!(
            std::fs::read_dir(file.parent().unwrap()).unwrap().count(),
            1
        );
    }
}
