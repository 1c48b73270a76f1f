//! No test is silent: what is written as a test is run by `cargo xtask test`.

use std::fs;
use std::path::{Path, PathBuf};

use toml::{Table, Value};

use e2e::root;

/// Every `Cargo.toml` below a folder, outside of target directories and hidden folders.
fn packages(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_name().unwrap().to_string_lossy().into_owned();
        if path.is_dir() && name != "target" && !name.starts_with('.') {
            found.extend(packages(&path));
        } else if name == "Cargo.toml" {
            found.push(path);
        }
    }
    found
}

/// Whether a section switches the tests of its target off.
fn switched_off(section: &Value) -> bool {
    section.get("test").and_then(Value::as_bool) == Some(false)
}

#[test]
fn no_package_switches_its_tests_off() {
    let packages = packages(&root());
    assert!(packages.len() > 20, "only {packages:?}");
    for path in packages {
        let package: Table = fs::read_to_string(&path).unwrap().parse().unwrap();
        let lists = ["bin", "test", "example"].into_iter().filter_map(|kind| {
            let targets = package.get(kind)?.as_array()?;
            Some(targets.iter())
        });
        let mut targets = lists.flatten().chain(package.get("lib"));
        assert!(
            !targets.any(switched_off),
            "{}: `test = false` silences every #[test] of the target",
            path.display()
        );
    }
}

#[test]
fn every_end_to_end_binary_has_a_name_that_is_run() {
    for entry in fs::read_dir(root().join("tests/tests")).unwrap() {
        let name = entry.unwrap().file_name().to_string_lossy().into_owned();
        let known = ["any_", "host_", "others", "pg_", "stack_", "web_"];
        assert!(
            known.iter().any(|prefix| name.starts_with(prefix)),
            "tests/tests/{name}: `cargo xtask test` picks binaries by the prefixes {known:?}"
        );
    }
}
