//! The suite of files in tests/hurl, which judges any backend of the contract, run by Hurl.

use std::path::PathBuf;
use std::process::{Command, Stdio};

use crate::checkout::root;

/// Which files, against what, and as whom.
#[derive(Debug)]
pub struct Hurl<'a> {
    /// The server, without a slash at its end.
    pub base: &'a str,
    /// The `{u}` of `/api/{u}/...`.
    pub user: &'a str,
    /// What every call sends as a bearer token.
    pub token: Option<&'a str>,
    /// More variables of the files.
    pub variables: &'a [(&'a str, &'a str)],
}

impl Hurl<'_> {
    /// Runs the files. `Err` has what Hurl says when one of them fails.
    #[track_caller]
    pub fn run(&self, files: &[PathBuf]) -> Result<(), String> {
        assert!(!files.is_empty(), "no files");
        let program = stack::ensure_hurl(&root(), stack::NEVER).expect("Hurl");
        let mut hurl = Command::new(program);
        hurl.args(["--test", "--no-color", "--max-time", "30"]);
        let own = [("base_url", self.base), ("user", self.user)];
        for (name, value) in own.iter().chain(self.variables) {
            hurl.arg("--variable").arg(format!("{name}={value}"));
        }
        if let Some(token) = self.token {
            hurl.arg("--header")
                .arg(format!("Authorization: Bearer {token}"));
        }
        let output = hurl
            .args(files)
            .stdin(Stdio::null())
            .output()
            .expect("Hurl starts");
        if output.status.success() {
            return Ok(());
        }
        let told = [output.stdout, output.stderr].concat();
        Err(String::from_utf8_lossy(&told).into_owned())
    }
}

/// The files of tests/hurl, or of a folder in it, by name.
#[track_caller]
pub fn hurl_files(folder: &str) -> Vec<PathBuf> {
    let folder = root().join("tests/hurl").join(folder);
    let entries = std::fs::read_dir(&folder).expect("the folder");
    let paths = entries.map(|entry| entry.expect("an entry").path());
    let mut files: Vec<_> = paths
        .filter(|path| path.extension().is_some_and(|end| end == "hurl"))
        .collect();
    files.sort();
    files
}
