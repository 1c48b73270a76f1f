//! The Wasm files that `cargo xtask build` leaves.

use std::collections::BTreeSet;
use std::fs;

use crate::reading::{components, manifest, root};

/// The limit of a component, in bytes.
const LIMIT: u64 = 400_000;
/// The limit of one that has the time-zone database or signature checks inside.
const LARGE_LIMIT: u64 = 1_000_000;
const LARGE: [&str; 4] = ["tasks", "task-completed", "notifications", "history"];

#[test]
fn every_component_is_a_wasm_file_of_its_own() {
    let mut sources = BTreeSet::new();
    for (id, component) in components(&manifest()) {
        let source = component["source"].as_str().unwrap();
        assert!(sources.insert(source.to_owned()), "{id} shares {source}");
        let bytes =
            fs::read(root().join(source)).unwrap_or_else(|error| panic!("{source}: {error}"));
        assert_eq!(bytes[..4], *b"\0asm", "{source} is not WebAssembly");
    }
}

#[test]
fn no_component_is_larger_than_its_limit() {
    let mut too_large = Vec::new();
    for (id, component) in components(&manifest()) {
        let source = component["source"].as_str().unwrap();
        let size = fs::metadata(root().join(source))
            .unwrap_or_else(|error| panic!("{source}: {error}"))
            .len();
        let limit = if LARGE.contains(&id.as_str()) {
            LARGE_LIMIT
        } else {
            LIMIT
        };
        println!("{id}: {size} of {limit}");
        if size >= limit {
            too_large.push(format!("{id}: {size} bytes, its limit is {limit}"));
        }
    }
    assert!(too_large.is_empty(), "{too_large:#?}");
}

#[test]
fn every_component_is_a_folder_and_the_other_way_round() {
    let manifest = manifest();
    let folders: BTreeSet<String> = fs::read_dir(root().join("components"))
        .unwrap()
        .map(|folder| folder.unwrap().file_name().into_string().unwrap())
        .collect();
    assert_eq!(
        components(&manifest).into_keys().collect::<BTreeSet<_>>(),
        folders
    );
}
