//! Where hosts and stacks keep their state: beside the test programs, the same in every run, so that what a failed run left
//! can be looked at and runs do not pile up.

use std::path::{Path, PathBuf};
use std::{env, fs, io};

/// The name of this test program, without the hash that cargo adds.
pub(crate) fn program() -> String {
    let program = env::current_exe().unwrap_or_default();
    let name = program.file_stem().unwrap_or_default().to_string_lossy();
    name.split('-').next().unwrap_or("tests").to_owned()
}

/// The folder of this name, made empty.
pub(crate) fn empty(name: &str) -> io::Result<PathBuf> {
    let program = env::current_exe()?;
    let build = program.ancestors().nth(2).unwrap_or(Path::new("."));
    let folder = build.join("e2e-state").join(name);
    match fs::remove_dir_all(&folder) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
        _ => fs::create_dir_all(&folder)?,
    }
    Ok(folder)
}
