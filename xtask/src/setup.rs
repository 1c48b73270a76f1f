//! Installs what is missing, saying what it does before it does it. Quick when nothing is missing.

use crate::toolchain::{TARGET, Toolchain, wanted};
use crate::{cmd, paths};
use anyhow::{Context, bail};
use std::path::Path;
use std::process::Command;
use std::time::Duration;

/// rustup gives up by itself without a network; this is for a network that swallows everything.
const RUSTUP_LIMIT: Duration = Duration::from_secs(180);

const DEBIAN_PACKAGES: [&str; 5] = [
    "rustc-web",
    "cargo-web",
    "rust-web-src",
    "lld-22",
    "wasi-libc",
];

/// `cargo xtask setup`: everything that `build` and `test` need.
pub(crate) fn all() -> anyhow::Result<()> {
    let toolchain = wasm_toolchain()?;
    postgres()?;
    full_stack()?;
    println!("ready: {TARGET} by {toolchain:?}, PostgreSQL server programs, Kafka, daprd");
    Ok(())
}

/// Kafka and daprd, downloaded and built when they are not there; minutes, once.
pub(crate) fn full_stack() -> anyhow::Result<()> {
    let root = paths::root();
    stack::ensure_kafka(&root)?;
    stack::ensure_daprd(&root).map(drop)
}

/// The compiler for the components, installed when there is none.
pub(crate) fn wasm_toolchain() -> anyhow::Result<Toolchain> {
    let wanted = wanted()?;
    let allowed = |toolchain: &Toolchain| wanted.is_none_or(|wanted| wanted == *toolchain);
    let candidates: Vec<_> = [Toolchain::Rustup, Toolchain::Debian]
        .into_iter()
        .filter(allowed)
        .collect();
    if let Some(installed) = candidates.iter().find(|toolchain| toolchain.is_installed()) {
        return Ok(*installed);
    }
    eprintln!("The standard library for {TARGET} is missing; installing it.");
    for toolchain in candidates {
        match install(toolchain) {
            Ok(()) if toolchain.is_installed() => return Ok(toolchain),
            Ok(()) => eprintln!("{toolchain:?} is still incomplete"),
            Err(error) if cmd::interrupted() => return Err(error),
            Err(error) => eprintln!("{toolchain:?}: {error:#}"),
        }
    }
    bail!(
        "no way to compile for {TARGET}. Either `rustup target add {TARGET}` (needs a network), or on Debian as root: \
         apt-get update && apt-get install {}",
        DEBIAN_PACKAGES.join(" ")
    )
}

fn install(toolchain: Toolchain) -> anyhow::Result<()> {
    match toolchain {
        Toolchain::Rustup => {
            let mut rustup = Command::new("rustup");
            rustup.args(["target", "add", TARGET]);
            cmd::run_within(rustup, RUSTUP_LIMIT)
        }
        Toolchain::Debian => apt_install(&DEBIAN_PACKAGES),
    }
}

/// The PostgreSQL server's programs, installed when there are none. The tests start servers of their own from them.
pub(crate) fn postgres() -> anyhow::Result<()> {
    if postgres_is_there() {
        return Ok(());
    }
    eprintln!("A PostgreSQL server is missing; the tests need one.");
    apt_install(&["postgresql"]).context(
        "install PostgreSQL's server (initdb, postgres), on Debian: apt-get install postgresql",
    )?;
    if !postgres_is_there() {
        bail!(
            "the package postgresql was installed, but there is no initdb under /usr/lib/postgresql or on the PATH"
        );
    }
    Ok(())
}

fn postgres_is_there() -> bool {
    let versions = std::fs::read_dir("/usr/lib/postgresql")
        .into_iter()
        .flatten()
        .flatten();
    let mut debian = versions.map(|version| version.path().join("bin/initdb"));
    cmd::on_path("initdb") || debian.any(|initdb| initdb.is_file())
}

/// Installs Debian packages, as root or through sudo where that asks for no password.
fn apt_install(packages: &[&str]) -> anyhow::Result<()> {
    if !Path::new("/usr/bin/apt-get").is_file() {
        bail!("no apt-get on this system");
    }
    let root = rustix::process::geteuid().is_root();
    if !root && cmd::output(Command::new("sudo").args(["-n", "true"])).is_none() {
        bail!(
            "installing {} needs root, and sudo asks for a password",
            packages.join(" ")
        );
    }
    eprintln!("Installing Debian packages: {}", packages.join(" "));
    cmd::run(apt(root, &["update", "-q"]))?;
    cmd::run(apt(
        root,
        &[
            &["install", "-y", "-q", "--no-install-recommends"],
            packages,
        ]
        .concat(),
    ))
}

fn apt(root: bool, arguments: &[&str]) -> Command {
    // RUNLEVEL=1 keeps Debian from starting a service that was only installed for its programs.
    let environment = ["DEBIAN_FRONTEND=noninteractive", "RUNLEVEL=1"];
    let mut command = Command::new(if root { "env" } else { "sudo" });
    if !root {
        command.args(["-n", "env"]);
    }
    command.args(environment).arg("apt-get").args(arguments);
    command
}
