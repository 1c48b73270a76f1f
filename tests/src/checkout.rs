//! The files of this checkout.

use std::fs;
use std::path::{Path, PathBuf};

/// The folder of `spin.toml`.
pub fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}

/// A file by its path from there.
#[track_caller]
pub fn read(file: &str) -> String {
    fs::read_to_string(root().join(file)).unwrap_or_else(|error| panic!("{file}: {error}"))
}

/// The public routes of `spin.toml`, as they are written there.
pub fn routes() -> Vec<String> {
    let manifest = read("spin.toml");
    let routes = manifest
        .lines()
        .filter_map(|line| line.strip_prefix("route = \"")?.strip_suffix('"'));
    routes.map(str::to_owned).collect()
}
