//! What the stack needs on this machine: finds it, or installs it with Debian's packages, or builds it, and says so.

use crate::process::GivenUp;
use crate::run::step;
use crate::{apt_install, cache, go, on_path};
use anyhow::Context;
use std::path::{Path, PathBuf};
use std::process::Command;

/// [`ensure_postgres_unless`] it is never given up.
///
/// # Errors
/// As there.
pub fn ensure_postgres() -> anyhow::Result<PathBuf> {
    ensure_postgres_unless(&|| false)
}

/// The PostgreSQL programs' folder. Installs Debian's `postgresql`, whichever version that is, when there are none.
///
/// # Errors
/// When they are missing and cannot be installed, and when it is given up.
pub fn ensure_postgres_unless(given_up: GivenUp<'_>) -> anyhow::Result<PathBuf> {
    if let Some(found) = postgres_programs() {
        return Ok(found);
    }
    apt_install(&["postgresql"], given_up)?;
    postgres_programs().context(
        "the package postgresql is installed, but its programs are neither in /usr/lib/postgresql nor on the PATH",
    )
}

/// The file of psql: what is on the PATH, or the PostgreSQL server's own. Installs Debian's client where there is none.
///
/// # Errors
/// When it is missing and cannot be installed, and when it is given up.
pub fn ensure_psql(given_up: GivenUp<'_>) -> anyhow::Result<PathBuf> {
    let of_server = || Some(postgres_programs()?.join("psql")).filter(|file| file.is_file());
    let found = || on_path("psql").or_else(of_server);
    if let Some(found) = found() {
        return Ok(found);
    }
    apt_install(&["postgresql-client"], given_up)?;
    found().context("the package postgresql-client is installed, but there is no psql on the PATH")
}

/// The newest of Debian's versions; otherwise where `initdb` on the PATH leads to.
fn postgres_programs() -> Option<PathBuf> {
    let complete =
        |folder: &PathBuf| folder.join("initdb").is_file() && folder.join("postgres").is_file();
    let versions = std::fs::read_dir("/usr/lib/postgresql")
        .into_iter()
        .flatten()
        .flatten();
    let version = |path: &PathBuf| {
        path.file_name()
            .and_then(|name| name.to_str())
            .and_then(|name| name.parse::<u32>().ok())
    };
    let debian = versions
        .map(|entry| entry.path())
        .filter(|path| path.join("bin/postgres").is_file())
        .max_by_key(version);
    let on_path = || {
        on_path("initdb")?
            .canonicalize()
            .ok()?
            .parent()
            .map(Path::to_owned)
    };
    debian
        .map(|path| path.join("bin"))
        .filter(complete)
        .or_else(|| on_path().filter(complete))
}

/// [`ensure_kafka_unless`] it is never given up.
///
/// # Errors
/// As there.
pub fn ensure_kafka(root: &Path) -> anyhow::Result<PathBuf> {
    ensure_kafka_unless(root, &|| false)
}

/// The folder of Kafka's jars, made from `root`/dev/kafka/pom.xml. Installs a Java runtime and Maven when they are missing.
///
/// # Errors
/// When something is missing and cannot be installed or downloaded, and when it is given up.
pub fn ensure_kafka_unless(root: &Path, given_up: GivenUp<'_>) -> anyhow::Result<PathBuf> {
    if on_path("java").is_none() {
        install_java(given_up)?;
    }
    let pom = root.join("dev/kafka/pom.xml");
    cache::ensure("kafka", std::slice::from_ref(&pom), given_up, |folder| {
        if on_path("mvn").is_none() {
            apt_install(&["maven"], given_up)?;
        }
        let mut maven = Command::new("mvn");
        maven
            .args([
                "-B",
                "-ntp",
                "dependency:copy-dependencies",
                "-DincludeScope=runtime",
            ])
            .arg("-f")
            .arg(&pom);
        maven.arg(format!("-DoutputDirectory={}", folder.display()));
        step(
            "downloading Kafka with Maven",
            "about 20 s",
            maven,
            &folder.join("setup.log"),
            given_up,
        )
    })
}

/// Kafka needs Java 17: the default of some releases is older, and others no longer have it, but a newer default.
fn install_java(given_up: GivenUp<'_>) -> anyhow::Result<()> {
    match apt_install(&["openjdk-17-jre-headless"], given_up) {
        Err(_) if !given_up() => apt_install(&["default-jre-headless"], given_up),
        result => result,
    }
}

/// [`ensure_daprd_unless`] it is never given up.
///
/// # Errors
/// As there.
pub fn ensure_daprd(root: &Path) -> anyhow::Result<PathBuf> {
    ensure_daprd_unless(root, &|| false)
}

/// The daprd program, built from `root`/dev/daprd. Installs Go when there is none, and fetches a newer one when it is too
/// old.
///
/// # Errors
/// When Go cannot be had, when the build fails, and when it is given up.
pub fn ensure_daprd_unless(root: &Path, given_up: GivenUp<'_>) -> anyhow::Result<PathBuf> {
    let module = root.join("dev/daprd");
    let inputs = ["go.mod", "go.sum", "main.go"].map(|name| module.join(name));
    let folder = cache::ensure("daprd", &inputs, given_up, |folder| {
        let log = folder.join("setup.log");
        let mut go = go::ensure(&module.join("go.mod"), &log, given_up)?;
        go.current_dir(&module)
            .args(["build", "-trimpath", "-tags", "stablecomponents"]);
        go.args([
            "-ldflags",
            "-s -w -X github.com/dapr/dapr/pkg/buildinfo.version=1.18.1",
        ]);
        go.arg("-o").arg(folder.join("daprd")).arg(".");
        step(
            "building daprd from Go modules",
            "4 to 15 minutes on two cores",
            go,
            &log,
            given_up,
        )
    })?;
    Ok(folder.join("daprd"))
}
