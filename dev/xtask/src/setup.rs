//! Installs what is missing, saying what it does before it does it. Quick when nothing is missing.

use crate::toolchain::{TARGET, Toolchain, wanted};
use crate::{cmd, paths};
use anyhow::bail;
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
    curl()?;
    hurl()?;
    full_stack()?;
    browser()?;
    checks()?;
    println!(
        "ready: {TARGET} by {toolchain:?}, PostgreSQL server programs, PgBouncer, Hurl, Kafka, daprd, chromedriver, checks of other people"
    );
    Ok(())
}

/// The PostgreSQL server's programs and PgBouncer, from which the tests start servers of their own, and psql, which migrates
/// them.
pub(crate) fn postgres() -> anyhow::Result<()> {
    stack::ensure_postgres(&cmd::interrupted)?;
    stack::ensure_psql(&cmd::interrupted)?;
    stack::ensure_pgbouncer(&paths::root(), &cmd::interrupted).map(drop)
}

/// The commands that the documents show use it, and a test runs them.
pub(crate) fn curl() -> anyhow::Result<()> {
    if stack::on_path("curl").is_some() {
        return Ok(());
    }
    stack::apt_install(&["curl"], &cmd::interrupted)
}

/// The browser in which the page is tested.
pub(crate) fn browser() -> anyhow::Result<()> {
    stack::ensure_browser(&cmd::interrupted).map(drop)
}

/// What runs the files of tests/hurl, built when it is not there.
pub(crate) fn hurl() -> anyhow::Result<()> {
    stack::ensure_hurl(&paths::root(), &cmd::interrupted).map(drop)
}

/// Kafka and daprd, downloaded and built when they are not there; minutes, once.
pub(crate) fn full_stack() -> anyhow::Result<()> {
    let root = paths::root();
    stack::ensure_kafka(&root, &cmd::interrupted)?;
    stack::ensure_daprd(&root, &cmd::interrupted).map(drop)
}

/// The programs that other people judge APIs with, downloaded when they are not there.
pub(crate) fn checks() -> anyhow::Result<()> {
    stack::ensure_checks(&paths::root(), &cmd::interrupted).map(drop)
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
        Toolchain::Debian => stack::apt_install(&DEBIAN_PACKAGES, &cmd::interrupted),
    }
}
