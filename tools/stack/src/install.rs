//! What the stack needs on this machine: finds it, or installs it with Debian's packages, or builds it, and says so.

use crate::cache;
use anyhow::{Context, bail};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

/// The PostgreSQL programs' folder. Installs Debian's `postgresql-15` when there are none.
///
/// # Errors
/// When they are missing and cannot be installed.
pub fn ensure_postgres() -> anyhow::Result<PathBuf> {
    if let Some(found) = postgres_programs() {
        return Ok(found);
    }
    apt_install(&["postgresql-15"])?;
    postgres_programs()
        .context("postgresql-15 is installed, but its programs are not in /usr/lib/postgresql")
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

/// The folder of Kafka's jars, made from `root`/tools/kafka/pom.xml. Installs a Java runtime and Maven when they are missing.
///
/// # Errors
/// When something is missing and cannot be installed or downloaded.
pub fn ensure_kafka(root: &Path) -> anyhow::Result<PathBuf> {
    if on_path("java").is_none() {
        apt_install(&["openjdk-17-jre-headless"])?;
    }
    let pom = root.join("tools/kafka/pom.xml");
    cache::ensure("kafka", std::slice::from_ref(&pom), |folder| {
        if on_path("mvn").is_none() {
            apt_install(&["maven"])?;
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
        cache::step(
            "downloading Kafka with Maven",
            "about 20 s",
            &mut maven,
            &folder.join("setup.log"),
        )
    })
}

/// The daprd program, built from `root`/tools/daprd.
///
/// # Errors
/// When there is no Go that is new enough, or the build fails.
pub fn ensure_daprd(root: &Path) -> anyhow::Result<PathBuf> {
    let module = root.join("tools/daprd");
    let inputs = ["go.mod", "go.sum", "main.go"].map(|name| module.join(name));
    let folder = cache::ensure("daprd", &inputs, |folder| {
        if on_path("go").is_none() {
            apt_install(&["golang-go"])?;
        }
        let mut go = Command::new("go");
        go.current_dir(&module)
            .args(["build", "-trimpath", "-tags", "stablecomponents"]);
        go.args([
            "-ldflags",
            "-s -w -X github.com/dapr/dapr/pkg/buildinfo.version=1.18.1",
        ]);
        go.arg("-o").arg(folder.join("daprd")).arg(".");
        cache::step(
            "building daprd from Go modules",
            "4 to 15 minutes on two cores",
            &mut go,
            &folder.join("setup.log"),
        )
        .context("daprd needs the Go version that tools/daprd/go.mod names, or a newer one")
    })?;
    Ok(folder.join("daprd"))
}

/// The file of `program` on the PATH.
fn on_path(program: &str) -> Option<PathBuf> {
    let path = std::env::var_os("PATH")?;
    std::env::split_paths(&path)
        .map(|folder| folder.join(program))
        .find(|file| file.is_file())
}

fn apt_install(packages: &[&str]) -> anyhow::Result<()> {
    let names = packages.join(" ");
    let log = std::env::temp_dir().join(format!("todo-backend-apt-{}.log", std::process::id()));
    let Some(sudo) = privilege() else {
        bail!(
            "missing on this machine: {names}. Install it, or run this as root or with passwordless sudo"
        );
    };
    let apt = |arguments: &[&str]| {
        let mut words = sudo
            .iter()
            .copied()
            .chain(["apt-get"])
            .chain(arguments.iter().copied());
        let mut command = Command::new(words.next().unwrap_or("apt-get"));
        command.args(words).env("DEBIAN_FRONTEND", "noninteractive");
        command
    };
    cache::step(
        "looking up Debian's packages",
        "a few seconds",
        &mut apt(&["update"]),
        &log,
    )?;
    let mut install = apt(&["install", "-y", "--no-install-recommends"]);
    install.args(packages);
    cache::step(
        &format!("installing {names}"),
        "about a minute",
        &mut install,
        &log,
    )
    .with_context(|| format!("missing on this machine: {names}"))
}

/// What has to stand before a command that only root may run: nothing for root, `sudo -n` where that works.
fn privilege() -> Option<&'static [&'static str]> {
    on_path("apt-get")?;
    if rustix::process::geteuid().is_root() {
        return Some(&[]);
    }
    let quiet = |command: &mut Command| {
        command
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .status()
    };
    quiet(Command::new("sudo").args(["-n", "true"]))
        .is_ok_and(|status| status.success())
        .then_some(&["sudo", "-n"])
}
