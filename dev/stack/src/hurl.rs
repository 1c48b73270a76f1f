//! Hurl, which runs the files of tests/hurl: found, or built.

use crate::process::GivenUp;
use crate::run::step;
use crate::{apt_install, cache, on_path, output};
use std::path::{Path, PathBuf};
use std::process::Command;

/// The first version that reads the files.
const MAJOR: u32 = 8;

/// What it is built with, and a file of each of these packages.
const NEEDS: [(&str, &str); 6] = [
    ("gcc", "/usr/bin/gcc"),
    ("pkg-config", "/usr/bin/pkg-config"),
    ("libclang-dev", "/usr/share/doc/libclang-dev"),
    ("libxml2-dev", "/usr/include/libxml2/libxml/parser.h"),
    ("libssl-dev", "/usr/include/openssl/ssl.h"),
    (
        "libcurl4-openssl-dev",
        "/usr/share/doc/libcurl4-openssl-dev",
    ),
];

/// The file of Hurl: what is on the PATH if it is new enough, otherwise built by `root`/dev/hurl/build.sh.
///
/// # Errors
/// When what it is built with cannot be installed, and when the build fails.
pub fn ensure_hurl(root: &Path, given_up: GivenUp<'_>) -> anyhow::Result<PathBuf> {
    if let Some(program) = on_path("hurl") {
        let version = output(Command::new(&program).arg("--version"));
        if version.is_ok_and(|version| is_new_enough(&version)) {
            return Ok(program);
        }
    }
    let script = root.join("dev/hurl/build.sh");
    let inputs = std::slice::from_ref(&script);
    let folder = cache::ensure("hurl", inputs, given_up, |folder| {
        if NEEDS.iter().any(|(_, file)| !Path::new(file).exists()) {
            apt_install(&NEEDS.map(|(package, _)| package), given_up)?;
        }
        let mut build = Command::new("sh");
        build.arg(&script).arg(folder);
        let log = folder.join("setup.log");
        step(
            "building Hurl from crates",
            "two minutes on two cores",
            build,
            &log,
            given_up,
        )
    })?;
    Ok(folder.join("bin/hurl"))
}

/// Whether `hurl --version` says so.
fn is_new_enough(version: &str) -> bool {
    let number = version.strip_prefix("hurl ").unwrap_or_default();
    let major = number.split('.').next().and_then(|part| part.parse().ok());
    major.is_some_and(|major: u32| major >= MAJOR)
}

#[cfg(test)]
mod tests {
    use super::is_new_enough;

    #[test]
    fn versions_are_compared_as_numbers() {
        assert!(is_new_enough(
            "hurl 8.0.1 (x86_64-linux) libcurl/7.88.1\nFeatures"
        ));
        assert!(is_new_enough("hurl 10.0.0"));
        assert!(!is_new_enough("hurl 7.1.0"));
        assert!(!is_new_enough("hurt 8.0.0"));
        assert!(!is_new_enough(""));
    }
}
