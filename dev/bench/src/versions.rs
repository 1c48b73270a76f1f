//! The versions of what was measured.

use crate::fleet::Places;
use stack::output;
use std::collections::BTreeMap;
use std::path::Path;
use std::process::Command;

/// Name and version of each program; one that does not say is left out.
pub(crate) fn of(places: &Places) -> BTreeMap<String, String> {
    let mut versions = BTreeMap::new();
    let mut add = |name: &str, version: Option<String>| {
        if let Some(version) = version {
            versions.insert(name.to_owned(), version);
        }
    };
    let mut git = Command::new("git");
    git.args(["describe", "--always", "--dirty"])
        .current_dir(&places.root);
    add("this repository", output(&mut git).ok());
    add("Rust", says(Path::new("rustc")));
    if let Some(spin) = &places.spin {
        add("Spin", says(spin));
    }
    if let Ok(programs) = stack::ensure_postgres(stack::NEVER) {
        add("PostgreSQL", says(&programs.join("postgres")));
    }
    let fsync = if places.durable { "on" } else { "off" };
    add("PostgreSQL's fsync", Some(fsync.to_owned()));
    if let Ok(daprd) = stack::ensure_daprd(&places.root, stack::NEVER) {
        add("daprd", says(&daprd));
    }
    let read = |file: &str| std::fs::read_to_string(places.root.join(file)).unwrap_or_default();
    add("Kafka", of_kafka(&read("dev/kafka/pom.xml")));
    let lock = read("Cargo.lock");
    add("wasmtime in devhost", of_crate(&lock, "wasmtime"));
    add("spin-sdk", of_crate(&lock, "spin-sdk"));
    let lock = read("bench/peers/Cargo.lock");
    add("axum", of_crate(&lock, "axum"));
    add("tokio-postgres", of_crate(&lock, "tokio-postgres"));
    let python = read("bench/peers/fastapi/requirements.txt");
    for name in ["fastapi", "sqlalchemy", "asyncpg", "httpx", "uvicorn"] {
        add(name, of_python(&python, name));
    }
    versions
}

fn says(program: &Path) -> Option<String> {
    let text = output(Command::new(program).arg("--version")).ok()?;
    text.lines().next().map(str::to_owned)
}

/// From a Cargo.lock.
fn of_crate(lock: &str, name: &str) -> Option<String> {
    let (_, rest) = lock.split_once(&format!("name = \"{name}\"\nversion = \""))?;
    rest.split_once('"').map(|(version, _)| version.to_owned())
}

/// From a requirements.txt; extras may stand behind the name.
fn of_python(requirements: &str, name: &str) -> Option<String> {
    requirements.lines().find_map(|line| {
        let (found, version) = line.split_once("==")?;
        let found = found.split('[').next()?;
        let version = version.split([' ', ';']).next()?;
        (found == name).then(|| version.to_owned())
    })
}

fn of_kafka(pom: &str) -> Option<String> {
    let (_, rest) = pom.split_once("<kafka.version>")?;
    rest.split_once('<').map(|(version, _)| version.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions_are_read_from_lock_files() {
        let lock =
            "name = \"axum-core\"\nversion = \"9\"\n\nname = \"axum\"\nversion = \"0.8.9\"\n";
        assert_eq!(of_crate(lock, "axum").as_deref(), Some("0.8.9"));
        let python = "uvicorn[standard]==0.54.0 \\\n    --hash=x\nfastapi==1.2 ; x\n";
        assert_eq!(of_python(python, "uvicorn").as_deref(), Some("0.54.0"));
        assert_eq!(of_python(python, "fastapi").as_deref(), Some("1.2"));
        assert_eq!(of_python(python, "api"), None);
    }

    #[test]
    fn the_versions_of_this_repository_are_found() {
        let root = Path::new(env!("CARGO_MANIFEST_DIR"))
            .ancestors()
            .nth(2)
            .unwrap();
        let read = |file: &str| std::fs::read_to_string(root.join(file)).unwrap();
        assert!(of_kafka(&read("dev/kafka/pom.xml")).is_some());
        assert!(of_crate(&read("Cargo.lock"), "wasmtime").is_some());
        assert!(of_crate(&read("bench/peers/Cargo.lock"), "axum").is_some());
        let python = read("bench/peers/fastapi/requirements.txt");
        assert!(of_python(&python, "sqlalchemy").is_some());
    }
}
