//! Each component asks for exactly the variables that it reads. What it reads, its Wasm file says: a name that no code of the
//! component can reach is not in it.

use std::collections::BTreeSet;
use std::fs;

use e2e::root;
use toml::Value;

use crate::reading::{components, manifest};

/// Is a part of other words that every file has (`authority`), so that finding it says nothing.
const PART_OF_OTHER_WORDS: &str = "auth";

/// Open to everybody (three), to operators alone whatever `auth` is, and asked only when it is on.
const WITHOUT_AUTH: [&str; 6] = [
    "health",
    "contracts",
    "web-console",
    "erase-user",
    "outbox-lag",
    "verify-token",
];

/// Served as they are, and so are the files of the page; the variables that they name are read by others.
const DOCUMENTS: [&str; 2] = ["docs/openapi.json", "docs/asyncapi.json"];
const PAGE: &str = "components/web-console/static";

fn served() -> Vec<Vec<u8>> {
    let page = fs::read_dir(root().join(PAGE)).unwrap();
    let page = page.map(|entry| entry.unwrap().path());
    let documents = DOCUMENTS.iter().map(|document| root().join(document));
    documents
        .chain(page)
        .map(|file| fs::read(file).unwrap())
        .collect()
}

/// The variables of the application whose names are in the file of a component.
fn read_by(id: &str, variables: &[&str]) -> BTreeSet<String> {
    let file = format!("target/components/{id}.wasm");
    let mut bytes = fs::read(root().join(&file)).unwrap_or_else(|error| panic!("{file}: {error}"));
    for document in served() {
        if let Some(at) = place(&bytes, &document) {
            bytes.drain(at..at + document.len());
        }
    }
    let found = |name: &str| place(&bytes, name.as_bytes()).is_some();
    let mut read: BTreeSet<&str> = variables
        .iter()
        .copied()
        .filter(|name| found(name))
        .collect();
    assert!(read.contains(PART_OF_OTHER_WORDS), "{file}");
    if WITHOUT_AUTH.contains(&id) {
        read.remove(PART_OF_OTHER_WORDS);
    }
    read.into_iter().map(str::to_owned).collect()
}

fn place(bytes: &[u8], part: &[u8]) -> Option<usize> {
    bytes.windows(part.len()).position(|window| window == part)
}

#[test]
fn a_component_asks_for_exactly_the_variables_that_it_reads() {
    let manifest = manifest();
    let variables = manifest["variables"].as_table().unwrap();
    let variables: Vec<&str> = variables.keys().map(String::as_str).collect();
    for (id, component) in components(&manifest) {
        let asked = component.get("variables").and_then(Value::as_table);
        let asked = asked.cloned().unwrap_or_default();
        for (name, value) in &asked {
            assert_eq!(*value, Value::from(format!("{{{{ {name} }}}}")), "{id}");
        }
        let asked: BTreeSet<String> = asked.keys().cloned().collect();
        assert_eq!(
            asked,
            read_by(&id, &variables),
            "{id}: left what spin.toml asks for, right what it reads"
        );
    }
}
