//! A Go compiler that is new enough: the one on the PATH, or the release that a go.mod names, fetched as the module that
//! Go itself is published as. Go does that by itself since 1.21; Debian 12 has 1.19, which can only fetch it.

use crate::process::GivenUp;
use crate::run::step;
use crate::{apt_install, on_path, run};
use anyhow::{Context, ensure};
use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::Command;

/// Go, ready for arguments. Installs Debian's `golang-go` when there is none.
pub(crate) fn ensure(go_mod: &Path, log: &Path, given_up: GivenUp<'_>) -> anyhow::Result<Command> {
    let text = fs::read_to_string(go_mod).with_context(|| format!("no {}", go_mod.display()))?;
    let wanted = wanted(&text).with_context(|| format!("no Go version in {}", go_mod.display()))?;
    if on_path("go").is_none() {
        apt_install(&["golang-go"], given_up)?;
    }
    let found = Found::on_path()?;
    if numbers(&found.version) >= numbers(wanted) {
        return Ok(Command::new("go"));
    }
    let release = fetch(wanted, &found, log, given_up)?;
    let mut go = Command::new(release.join("bin/go"));
    // It knows where it lies; a GOROOT would be that of the older one.
    go.env_remove("GOROOT");
    Ok(go)
}

/// `1.26.4` of the line `go 1.26.4`.
fn wanted(go_mod: &str) -> Option<&str> {
    go_mod
        .lines()
        .find_map(|line| line.strip_prefix("go "))
        .map(str::trim)
}

/// The numbers of a version such as `go1.26.4`, to compare; none for what is no version.
fn numbers(version: &str) -> Vec<u32> {
    let version = version.trim_start_matches("go");
    version
        .split('.')
        .map_while(|part| part.parse().ok())
        .collect()
}

/// The Go on the PATH, in its own words.
struct Found {
    version: String,
    system: String,
    architecture: String,
    modules: PathBuf,
}

impl Found {
    fn on_path() -> anyhow::Result<Self> {
        let names = ["GOVERSION", "GOHOSTOS", "GOHOSTARCH", "GOMODCACHE"];
        let text = run::output(plain("go").arg("env").args(names))?;
        let mut lines = text.lines().map(|line| line.trim().to_owned());
        let mut next = || lines.next().context("`go env` says too little");
        Ok(Self {
            version: next()?,
            system: next()?,
            architecture: next()?,
            modules: next()?.into(),
        })
    }
}

/// `program` away from any go.mod, and answering for itself instead of fetching another release.
fn plain(program: &str) -> Command {
    let mut go = Command::new(program);
    go.current_dir("/").env("GOTOOLCHAIN", "local");
    go
}

/// The folder of the release `wanted`, in Go's module cache.
fn fetch(
    wanted: &str,
    found: &Found,
    log: &Path,
    given_up: GivenUp<'_>,
) -> anyhow::Result<PathBuf> {
    let Found {
        version,
        system,
        architecture,
        modules,
    } = found;
    let module = format!("golang.org/toolchain@v0.0.1-go{wanted}.{system}-{architecture}");
    let mut download = plain("go");
    download.args(["mod", "download", &module]);
    let what = format!("fetching Go {wanted}, newer than {version}");
    step(&what, "about 10 s", download, log, given_up)?;
    let release = modules.join(module);
    ensure!(
        release.is_dir(),
        "there is no {} after all",
        release.display()
    );
    // A module's files are not executable. `bin` last: Go takes its being so as a sign that this is done.
    for folder in ["pkg/tool", "bin"] {
        make_executable(&release.join(folder))?;
    }
    Ok(release)
}

fn make_executable(folder: &Path) -> anyhow::Result<()> {
    for entry in fs::read_dir(folder).with_context(|| format!("no {}", folder.display()))? {
        let path = entry?.path();
        if path.is_dir() {
            make_executable(&path)?;
        } else {
            let mode = fs::metadata(&path)?.permissions().mode();
            fs::set_permissions(&path, fs::Permissions::from_mode(mode | 0o111))?;
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions_are_compared_by_number_and_what_is_none_is_the_oldest() {
        let in_order = [
            "",
            "devel",
            "go1.9",
            "go1.19.8",
            "go1.26",
            "1.26.4",
            "go1.26.10",
            "go1.100",
        ];
        assert!(in_order.is_sorted_by_key(|version| numbers(version)));
        assert_eq!(numbers("go1.26.4"), numbers("1.26.4"));
    }

    #[test]
    fn the_version_is_that_of_the_go_line() {
        let text = "module go.example/x\n\ngo 1.26.4\n\nrequire go 1\n";
        assert_eq!(wanted(text), Some("1.26.4"));
        assert_eq!(wanted("module x\n"), None);
    }
}
