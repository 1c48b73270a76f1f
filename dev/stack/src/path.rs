//! Programs on the PATH.

use std::path::PathBuf;

/// The file of `program` on the PATH; `None` when it is not there.
#[must_use]
pub fn on_path(program: &str) -> Option<PathBuf> {
    let path = std::env::var_os("PATH")?;
    std::env::split_paths(&path)
        .map(|folder| folder.join(program))
        .find(|file| file.is_file())
}
