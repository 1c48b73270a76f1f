//! The layout of this application: consistent, reproducible, and with all that `spin.toml` and Cargo.lock say.

#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a helper of a test panics to fail it"
)]

mod bill;

use package::{Crates, Inputs, Manifest, package};
use serde_json::Value;
use sha2::{Digest, Sha256};
use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;
use tempfile::TempDir;

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .ancestors()
        .nth(2)
        .unwrap()
}

fn spin_toml() -> String {
    fs::read_to_string(root().join("spin.toml")).unwrap()
}

/// The application with components that have only the beginning of one, and a commit of 2026.
fn packaged() -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    let manifest = Manifest::parse(&spin_toml()).unwrap();
    let wasm: BTreeMap<String, Vec<u8>> = manifest
        .sources()
        .map(|(id, _)| (id.to_owned(), component(id)))
        .collect();
    let packages: Vec<&str> = wasm.keys().map(String::as_str).collect();
    let inputs = Inputs {
        manifest: &manifest,
        wasm: &wasm,
        crates: &Crates::of(root(), &packages).unwrap(),
        rust: "1.95.0",
        reference: "0.1.0",
        created: "2026-11-25T12:00:00Z",
    };
    package(&inputs, &folder.path().join("layout")).unwrap();
    folder
}

fn component(id: &str) -> Vec<u8> {
    [b"\0asm\x0d\0\x01\0", id.as_bytes()].concat()
}

fn sha256(bytes: &[u8]) -> String {
    let digits = Sha256::digest(bytes);
    digits.iter().map(|byte| format!("{byte:02x}")).collect()
}

fn json(folder: &TempDir, file: &str) -> Value {
    serde_json::from_slice(&fs::read(folder.path().join("layout").join(file)).unwrap()).unwrap()
}

fn blob(folder: &TempDir, descriptor: &Value) -> Value {
    let digest = descriptor["digest"].as_str().unwrap();
    json(folder, &format!("blobs/{}", digest.replace(':', "/")))
}

/// The image, which is what has a name.
fn image(folder: &TempDir) -> Value {
    let index = json(folder, "index.json");
    let named = &index["manifests"][0];
    let name = &named["annotations"]["org.opencontainers.image.ref.name"];
    assert_eq!(name, "0.1.0");
    blob(folder, named)
}

fn locked(folder: &TempDir) -> Value {
    let layers = image(folder)["layers"].as_array().unwrap().clone();
    let media_type = "application/vnd.fermyon.spin.application.v1+config";
    let mut found = layers
        .iter()
        .filter(|layer| layer["mediaType"] == media_type);
    let locked = blob(folder, found.next().unwrap());
    assert!(found.next().is_none());
    locked
}

/// Everything in a value that refers to content.
fn descriptors(value: &Value, found: &mut Vec<Value>) {
    if value["digest"].is_string() && value["size"].is_u64() {
        found.push(value.clone());
    }
    match value {
        Value::Object(fields) => fields.values().for_each(|field| descriptors(field, found)),
        Value::Array(items) => items.iter().for_each(|item| descriptors(item, found)),
        _ => {}
    }
}

#[test]
fn every_descriptor_is_true_and_every_blob_has_one() {
    let folder = packaged();
    assert_eq!(json(&folder, "oci-layout")["imageLayoutVersion"], "1.0.0");
    let mut found = Vec::new();
    descriptors(&json(&folder, "index.json"), &mut found);
    assert_eq!(found.len(), 2);
    for manifest in found.clone() {
        descriptors(&blob(&folder, &manifest), &mut found);
    }
    let blobs = folder.path().join("layout/blobs/sha256");
    let mut named = BTreeSet::new();
    for descriptor in found {
        let digest = descriptor["digest"].as_str().unwrap();
        let digits = digest.strip_prefix("sha256:").unwrap();
        let content = fs::read(blobs.join(digits)).unwrap();
        assert_eq!(sha256(&content), digits);
        assert_eq!(content.len() as u64, descriptor["size"].as_u64().unwrap());
        named.insert(digits.to_owned());
    }
    let files = fs::read_dir(blobs).unwrap();
    let files = files.map(|file| file.unwrap().file_name().into_string().unwrap());
    assert_eq!(files.collect::<BTreeSet<_>>(), named);
}

#[test]
fn the_same_inputs_give_the_same_files() {
    let files = |folder: &TempDir| {
        let blobs = folder.path().join("layout/blobs/sha256");
        let mut all: Vec<_> = fs::read_dir(blobs)
            .unwrap()
            .map(|file| file.unwrap().file_name())
            .collect();
        all.sort();
        let text =
            |name: &str| fs::read_to_string(folder.path().join("layout").join(name)).unwrap();
        (all, text("index.json"), text("todo-backend.cdx.json"))
    };
    // Maps without an order differ from one to the next.
    let first = files(&packaged());
    for _ in 0..3 {
        assert_eq!(files(&packaged()), first);
    }
}

#[test]
fn the_locked_application_has_all_of_spin_toml() {
    let manifest: toml::Table = toml::from_str(&spin_toml()).unwrap();
    let folder = packaged();
    let locked = locked(&folder);
    assert_eq!(
        serde_json::to_value(&manifest["variables"]).unwrap(),
        locked["variables"]
    );
    let triggers = serde_json::to_value(&manifest["trigger"]["http"]).unwrap();
    let configs: Vec<&Value> = locked["triggers"].as_array().unwrap().iter().collect();
    let configs: Vec<Value> = configs
        .iter()
        .map(|one| one["trigger_config"].clone())
        .collect();
    assert_eq!(triggers, Value::Array(configs));
    let of_toml = manifest["component"].as_table().unwrap();
    let locked = locked["components"].as_array().unwrap();
    let ids: Vec<&str> = locked
        .iter()
        .map(|one| one["id"].as_str().unwrap())
        .collect();
    assert_eq!(of_toml.keys().collect::<Vec<_>>(), ids);
    for (id, one) in ids.into_iter().zip(locked) {
        let component = serde_json::to_value(&of_toml[id]).unwrap();
        assert_eq!(component["variables"], one["config"], "{id}");
        let (hosts, databases) = ("allowed_outbound_hosts", "sqlite_databases");
        assert_eq!(component[hosts], one["metadata"][hosts], "{id}");
        assert_eq!(component[databases], one["metadata"]["databases"], "{id}");
        let digest = format!("sha256:{}", sha256(&self::component(id)));
        assert_eq!(one["source"]["digest"], digest.as_str());
    }
}

#[test]
fn the_image_has_a_layer_of_each_component_and_what_spin_says_of_it() {
    let folder = packaged();
    let image = image(&folder);
    let wasm = "application/vnd.wasm.content.layer.v1+wasm";
    let layers = image["layers"].as_array().unwrap().iter();
    let manifest: toml::Table = toml::from_str(&spin_toml()).unwrap();
    assert_eq!(
        layers.filter(|layer| layer["mediaType"] == wasm).count(),
        manifest["component"].as_table().unwrap().len()
    );
    let annotation =
        |name: &str| image["annotations"][format!("org.opencontainers.image.{name}")].clone();
    assert_eq!(annotation("title"), "todo-backend");
    assert_eq!(annotation("created"), "2026-11-25T12:00:00Z");
    let configuration = blob(&folder, &image["config"]);
    let locked = image["layers"].as_array().unwrap().last().unwrap();
    let label = &configuration["config"]["Labels"]["com.fermyon.spin.lockedAppDigest"];
    assert_eq!(*label, locked["digest"]);
}
