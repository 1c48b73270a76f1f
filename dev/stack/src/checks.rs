//! The programs that other people judge APIs with, installed by dev/checks/install.sh, and how they are called.

use crate::process::GivenUp;
use crate::run::step;
use crate::{cache, python};
use std::path::{Path, PathBuf};
use std::process::Command;

/// Python with the packages of dev/checks/requirements.txt, and Node with those of dev/checks/package-lock.json.
#[derive(Clone, Debug)]
pub struct Checks {
    folder: PathBuf,
    ours: PathBuf,
}

/// Installs them when they are not there, and Debian's Python when there is none that makes virtual environments.
pub fn ensure_checks(root: &Path, given_up: GivenUp<'_>) -> anyhow::Result<Checks> {
    let ours = root.join("dev/checks");
    let inputs = ["install.sh", "requirements.txt", "package-lock.json"];
    let inputs = inputs.map(|name| ours.join(name));
    let folder = cache::ensure("checks", &inputs, given_up, |folder| {
        python::ensure_venv(given_up)?;
        let mut install = Command::new("sh");
        install.arg(ours.join("install.sh")).arg(folder);
        step(
            "installing schemathesis, httplint, dateutil, icalendar, Redocly and AsyncAPI's parser",
            "about a minute",
            install,
            &folder.join("setup.log"),
            given_up,
        )
    })?;
    Ok(Checks { folder, ours })
}

impl Checks {
    /// Python, ready for arguments. It finds the modules of dev/checks, and leaves no compiled files there.
    #[must_use]
    pub fn python(&self) -> Command {
        let mut python = Command::new(self.folder.join("python/bin/python"));
        python
            .env("PYTHONPATH", &self.ours)
            .env("PYTHONDONTWRITEBYTECODE", "1")
            // Its own time-zone database, not the machine's.
            .env("PYTHONTZPATH", "");
        python
    }

    /// Node with a script of dev/checks, ready for its arguments.
    #[must_use]
    pub fn node(&self, script: &str) -> Command {
        self.node_with(&self.ours.join(script))
    }

    /// Redocly's command line, ready for arguments. It asks nobody for a newer version and tells nobody of its use.
    #[must_use]
    pub fn redocly(&self) -> Command {
        let mut redocly = self.node_with(&self.folder.join("node_modules/@redocly/cli/bin/cli.js"));
        redocly
            .env("REDOCLY_TELEMETRY", "off")
            .env("REDOCLY_SUPPRESS_UPDATE_NOTICE", "true");
        redocly
    }

    fn node_with(&self, script: &Path) -> Command {
        let mut node = Command::new(self.folder.join("node"));
        node.arg(script)
            .env("NODE_PATH", self.folder.join("node_modules"));
        node
    }
}
