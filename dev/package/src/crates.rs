//! Which crates are compiled into the components: what cargo says of this build, with the checksums of Cargo.lock.

use anyhow::{Context, bail};
use serde::Deserialize;
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::process::Command;

/// Name and version.
pub(crate) type Id = (String, String);

/// One crate.
#[derive(Debug, Default, Clone)]
pub(crate) struct Crate {
    pub(crate) license: String,
    pub(crate) repository: String,
    /// The SHA-256 of its archive; none for a crate of this workspace.
    pub(crate) checksum: Option<String>,
    pub(crate) dependencies: BTreeSet<Id>,
}

/// All of them.
#[derive(Debug, Clone)]
pub struct Crates(pub(crate) BTreeMap<Id, Crate>);

/// Holds the WASI adapter, which is linked into every component when it is made of its module.
const ADAPTER: &str = "wasi-preview1-component-adapter-provider";

#[derive(Deserialize)]
struct Lock {
    package: Vec<Locked>,
}

#[derive(Deserialize)]
struct Locked {
    name: String,
    version: String,
    checksum: Option<String>,
}

impl Crates {
    /// Of the workspace at `root`, for these packages built together as components. `cargo metadata` would tell of the features
    /// of the whole workspace, and so of crates that only a native program has.
    pub fn of(root: &Path, packages: &[&str]) -> anyhow::Result<Self> {
        let mut cargo = Command::new("cargo");
        cargo
            .current_dir(root)
            .args(["tree", "--locked", "--quiet"]);
        cargo.args([
            "--target",
            "wasm32-wasip1",
            "--edges",
            "normal,no-proc-macro",
        ]);
        cargo.args(["--prefix", "depth", "--format", "{p}\t{l}\t{r}\t"]);
        for package in packages {
            cargo.args(["--package", package]);
        }
        let output = cargo.output().context("cannot run cargo")?;
        if !output.status.success() {
            bail!(
                "`cargo tree` failed: {}",
                String::from_utf8_lossy(&output.stderr)
            );
        }
        let lock = std::fs::read_to_string(root.join("Cargo.lock")).context("no Cargo.lock")?;
        let mut crates = Self::parse(&String::from_utf8(output.stdout)?)?;
        crates.lock(&toml::from_str(&lock)?, packages)?;
        Ok(crates)
    }

    /// Lines of `<depth><name> v<version>[ (<where>)]<tab><license><tab><repository><tab>`. What a crate needs is under it where it
    /// is named first.
    fn parse(tree: &str) -> anyhow::Result<Self> {
        let mut crates: BTreeMap<Id, Crate> = BTreeMap::new();
        let mut path: Vec<Id> = Vec::new();
        for line in tree.lines().filter(|line| !line.is_empty()) {
            let unexpected = || format!("cargo says what is not understood: {line:?}");
            let digits = line.find(|one: char| !one.is_ascii_digit());
            let (depth, rest) = line.split_at(digits.with_context(unexpected)?);
            let depth: usize = depth.parse().with_context(unexpected)?;
            let mut fields = rest.split('\t');
            let mut words = fields.next().unwrap_or_default().split(' ');
            let name = words.next().unwrap_or_default().to_owned();
            let version = words.next().and_then(|word| word.strip_prefix('v'));
            let id = (name, version.with_context(unexpected)?.to_owned());
            path.truncate(depth);
            if let Some(above) = path.last().and_then(|above| crates.get_mut(above)) {
                above.dependencies.insert(id.clone());
            }
            let one = crates.entry(id.clone()).or_default();
            one.license = fields.next().with_context(unexpected)?.to_owned();
            one.repository = fields.next().with_context(unexpected)?.to_owned();
            path.push(id);
        }
        Ok(Self(crates))
    }

    /// Adds checksums, and the adapter below each of `packages`.
    fn lock(&mut self, lock: &Lock, packages: &[&str]) -> anyhow::Result<()> {
        for locked in &lock.package {
            let id = (locked.name.clone(), locked.version.clone());
            if locked.name == ADAPTER {
                for (_, package) in self
                    .0
                    .iter_mut()
                    .filter(|((name, _), _)| packages.contains(&&**name))
                {
                    package.dependencies.insert(id.clone());
                }
                let license = "Apache-2.0 WITH LLVM-exception".to_owned();
                let repository = "https://github.com/bytecodealliance/wasmtime".to_owned();
                let adapter = Crate {
                    license,
                    repository,
                    ..Crate::default()
                };
                self.0.insert(id.clone(), adapter);
            }
            if let Some(one) = self.0.get_mut(&id) {
                one.checksum.clone_from(&locked.checksum);
            }
        }
        let known = |name: &&&str| self.0.keys().any(|(known, _)| known == **name);
        match packages.iter().find(|name| !known(name)) {
            Some(missing) => bail!("cargo does not know the package {missing}"),
            None => Ok(()),
        }
    }

    /// The package of this name, of this workspace.
    pub(crate) fn package(&self, name: &str) -> Option<(&Id, &Crate)> {
        let mut all = self.0.iter();
        all.find(|((known, _), one)| known == name && one.checksum.is_none())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const TREE: &str = "0tasks v0.1.0 (/todo/components/tasks)\tApache-2.0\t\t\n\
        1http v1.5.0\tMIT OR Apache-2.0\thttps://example.com/http\t\n\
        2bytes v1.12.1\tMIT\t\t\n\
        1bytes v1.12.1\tMIT\t\t\n\
        \n\
        0health v0.1.0 (/todo/components/health)\tApache-2.0\t\t\n\
        1http v1.5.0\tMIT OR Apache-2.0\thttps://example.com/http\t (*)\n";

    fn names(one: &Crate) -> Vec<&str> {
        one.dependencies
            .iter()
            .map(|(name, _)| name.as_str())
            .collect()
    }

    #[test]
    fn each_crate_is_there_once_with_what_it_needs() {
        let crates = Crates::parse(TREE).unwrap();
        assert_eq!(crates.0.len(), 4);
        assert_eq!(names(crates.package("tasks").unwrap().1), ["bytes", "http"]);
        assert_eq!(names(crates.package("health").unwrap().1), ["http"]);
        let (_, http) = crates.package("http").unwrap();
        assert_eq!(names(http), ["bytes"]);
        assert_eq!(http.license, "MIT OR Apache-2.0");
        assert_eq!(http.repository, "https://example.com/http");
    }

    #[test]
    fn the_lock_adds_checksums_and_the_adapter() {
        let mut crates = Crates::parse(TREE).unwrap();
        let lock = format!(
            "[[package]]\nname = 'http'\nversion = '1.5.0'\nchecksum = 'ab'\n\
             [[package]]\nname = '{ADAPTER}'\nversion = '48.0.0'\nchecksum = 'cd'\n"
        );
        let lock = toml::from_str(&lock).unwrap();
        crates.lock(&lock, &["tasks"]).unwrap();
        let checksum = |name: &str| {
            let mut all = crates.0.iter();
            all.find(|((known, _), _)| known == name)
                .unwrap()
                .1
                .checksum
                .clone()
        };
        assert_eq!(checksum("http").as_deref(), Some("ab"));
        assert_eq!(checksum(ADAPTER).as_deref(), Some("cd"));
        assert_eq!(
            names(crates.package("tasks").unwrap().1),
            ["bytes", "http", ADAPTER]
        );
        assert_eq!(names(crates.package("health").unwrap().1), ["http"]);
        let error = crates.lock(&lock, &["nobody"]).unwrap_err();
        assert!(error.to_string().contains("nobody"));
    }

    #[test]
    fn another_form_of_line_is_an_error() {
        for line in ["tasks v0.1.0\t\t\t", "0tasks\t\t\t", "0tasks v1"] {
            let error = Crates::parse(line).unwrap_err().to_string();
            assert!(error.contains("not understood"), "{error}");
        }
    }
}
