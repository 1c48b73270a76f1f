//! Debian's packages, for what is missing on this machine.

use crate::process::GivenUp;
use crate::run::step;
use crate::{on_path, run};
use anyhow::{Context, bail};
use std::fs;
use std::path::Path;
use std::process::Command;

/// Installs the packages after `sh`. Debian starts what it installs, now and at every boot, and the one service among our
/// packages is PostgreSQL's: it has nothing to start as long as its package makes no cluster.
const INSTALL: &str = "\
    folder=/etc/postgresql-common/createcluster.d; file=$folder/todo-backend.conf; \
    trap 'rm -f $file' EXIT; trap 'exit 143' TERM; \
    mkdir -p $folder && echo 'create_main_cluster = false' >$file || exit; \
    apt-get install -y --no-install-recommends \"$@\"";

/// Installs Debian packages, as root or through sudo where that asks for no password. Starts no service.
pub fn apt_install(packages: &[&str], given_up: GivenUp<'_>) -> anyhow::Result<()> {
    let names = packages.join(" ");
    let Some(sudo) = privilege() else {
        bail!(
            "missing on this machine: {names}. Install it, or run this as root or with passwordless sudo"
        );
    };
    let log = std::env::temp_dir().join(format!("todo-backend-apt-{}.log", std::process::id()));
    let result = install(packages, sudo, &log, given_up);
    let _ = fs::remove_file(&log);
    result.with_context(|| format!("missing on this machine: {names}"))
}

fn install(
    packages: &[&str],
    sudo: &[&str],
    log: &Path,
    given_up: GivenUp<'_>,
) -> anyhow::Result<()> {
    let as_root = |words: &[&str]| {
        let mut command = Command::new("env");
        command.arg("DEBIAN_FRONTEND=noninteractive").args(words);
        match sudo {
            [] => command,
            [sudo, options @ ..] => {
                let mut through = Command::new(sudo);
                through.args(options).arg(command.get_program());
                through.args(command.get_args());
                through
            }
        }
    };
    let update = as_root(&["apt-get", "update"]);
    step(
        "looking up Debian's packages",
        "a few seconds",
        update,
        log,
        given_up,
    )?;
    let install = as_root(&[&["sh", "-c", INSTALL, "sh"], packages].concat());
    let what = format!("installing {}", packages.join(" "));
    step(&what, "about a minute", install, log, given_up)
}

/// What has to stand before a command that only root may run: nothing for root, `sudo -n` where that works.
fn privilege() -> Option<&'static [&'static str]> {
    on_path("apt-get")?;
    if rustix::process::geteuid().is_root() {
        return Some(&[]);
    }
    run::output(Command::new("sudo").args(["-n", "true"])).ok()?;
    Some(&["sudo", "-n"])
}
