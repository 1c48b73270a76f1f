//! Where things lie.

use std::path::{Path, PathBuf};
use std::process::Command;

/// The folder of `spin.toml` and of the workspace's Cargo.toml.
pub(crate) fn root() -> PathBuf {
    let here =
        std::env::var_os("CARGO_MANIFEST_DIR").unwrap_or_else(|| env!("CARGO_MANIFEST_DIR").into());
    // This is dev/xtask.
    let root = Path::new(&here).ancestors().nth(2);
    root.unwrap_or(Path::new(".")).to_owned()
}

/// Cargo's target directory, whichever way it was set: this program lies in `<target>/<profile>/`.
pub(crate) fn target() -> PathBuf {
    let exe = std::env::current_exe().unwrap_or_default();
    let inside = exe
        .ancestors()
        .find(|folder| folder.join("CACHEDIR.TAG").is_file());
    inside.map_or_else(|| root().join("target"), Path::to_owned)
}

/// `cargo` for the native side, at the root.
pub(crate) fn cargo() -> Command {
    let mut cargo = Command::new("cargo");
    cargo.current_dir(root()).env("CARGO_TARGET_DIR", target());
    cargo
}
