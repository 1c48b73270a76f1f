//! A Python with exactly the packages of a lock file, in a virtual environment of its own.

use crate::process::GivenUp;
use crate::run::{output, step};
use crate::{apt_install, cache};
use std::path::{Path, PathBuf};
use std::process::Command;

/// The folder of the programs of the virtual environment `name` with the packages of `requirements`, a file of pip with hashes.
/// Installs Debian's Python when there is none that makes virtual environments.
pub fn ensure_python(
    name: &str,
    requirements: &Path,
    given_up: GivenUp<'_>,
) -> anyhow::Result<PathBuf> {
    let folder = cache::ensure(name, &[requirements.to_owned()], given_up, |folder| {
        ensure_venv(given_up)?;
        let mut venv = Command::new("python3");
        output(venv.args(["-m", "venv"]).arg(folder.join("python")))?;
        let mut pip = Command::new(folder.join("python/bin/python"));
        pip.args("-m pip install --no-input --disable-pip-version-check".split(' '));
        pip.args(["--only-binary", ":all:", "--require-hashes", "-r"])
            .arg(requirements);
        step(
            &format!("installing the Python packages of {name}"),
            "about half a minute",
            pip,
            &folder.join("setup.log"),
            given_up,
        )
    })?;
    Ok(folder.join("python/bin"))
}

/// Installs Debian's Python when there is none that makes virtual environments.
pub(crate) fn ensure_venv(given_up: GivenUp<'_>) -> anyhow::Result<()> {
    if output(Command::new("python3").args(["-c", "import ensurepip, venv"])).is_err() {
        apt_install(&["python3", "python3-venv"], given_up)?;
    }
    Ok(())
}
