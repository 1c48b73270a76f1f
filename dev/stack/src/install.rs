//! What the stack needs on this machine: finds it, or installs it with Debian's packages, or builds it, and says so.

use crate::pgbouncer::is_new_enough;
use crate::process::GivenUp;
use crate::run::step;
use crate::{apt_install, cache, go, on_path};
use anyhow::Context;
use std::path::{Path, PathBuf};
use std::process::Command;

/// The PostgreSQL programs' folder. Installs Debian's `postgresql`, whichever version that is, when there are none.
pub fn ensure_postgres(given_up: GivenUp<'_>) -> anyhow::Result<PathBuf> {
    if let Some(found) = postgres_programs() {
        return Ok(found);
    }
    apt_install(&["postgresql"], given_up)?;
    postgres_programs().context(
        "the package postgresql is installed, but its programs are neither in /usr/lib/postgresql nor on the PATH",
    )
}

/// The file of psql: what is on the PATH, or the PostgreSQL server's own. Installs Debian's client where there is none.
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

/// The folder of Kafka's jars, made from `root`/dev/kafka/pom.xml. Installs a Java runtime and Maven when they are missing.
pub fn ensure_kafka(root: &Path, given_up: GivenUp<'_>) -> anyhow::Result<PathBuf> {
    if on_path("java").is_none() {
        install_java(given_up)?;
    }
    let pom = root.join("dev/kafka/pom.xml");
    cache::ensure("kafka", std::slice::from_ref(&pom), given_up, |folder| {
        if on_path("mvn").is_none() {
            apt_install(&["maven"], given_up)?;
        }
        let mut maven = Command::new("mvn");
        maven.args("-B -ntp dependency:copy-dependencies -DincludeScope=runtime -f".split(' '));
        maven.arg(&pom);
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

/// The daprd program, built from `root`/dev/daprd. Installs Go when there is none, and fetches a newer one when it is too
/// old.
pub fn ensure_daprd(root: &Path, given_up: GivenUp<'_>) -> anyhow::Result<PathBuf> {
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

/// A PgBouncer program that prepares statements in transaction mode: the one on the PATH if it does, otherwise built by
/// `root`/dev/pgbouncer/build.sh.
///
/// # Errors
/// When what it is built with cannot be installed, and when the build fails.
pub fn ensure_pgbouncer(root: &Path, given_up: GivenUp<'_>) -> anyhow::Result<PathBuf> {
    if let Some(program) = on_path("pgbouncer") {
        let output = Command::new(&program).arg("--version").output();
        let version = output.map(|output| output.stdout).unwrap_or_default();
        if is_new_enough(
            String::from_utf8_lossy(&version)
                .lines()
                .next()
                .unwrap_or(""),
        ) {
            return Ok(program);
        }
    }
    let script = root.join("dev/pgbouncer/build.sh");
    let folder = cache::ensure(
        "pgbouncer",
        std::slice::from_ref(&script),
        given_up,
        |folder| {
            let needed = ["gcc", "make", "libevent-dev", "libssl-dev", "pkg-config"];
            if on_path("gcc").is_none()
                || !PGBOUNCER_NEEDS.iter().all(|file| Path::new(file).exists())
            {
                apt_install(&needed, given_up)?;
            }
            let mut build = Command::new("sh");
            build.arg(&script).arg(folder);
            let log = folder.join("setup.log");
            step(
                "building PgBouncer from Debian's sources",
                "half a minute",
                build,
                &log,
                given_up,
            )
        },
    )?;
    Ok(folder.join("pgbouncer"))
}

/// What the build of PgBouncer includes, and what finds it.
const PGBOUNCER_NEEDS: [&str; 4] = [
    "/usr/bin/make",
    "/usr/bin/pkg-config",
    "/usr/include/event2/event.h",
    "/usr/include/openssl/ssl.h",
];
