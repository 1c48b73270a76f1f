//! The Wasm files that `cargo xtask build` leaves. That each component has a folder, and how large it may be, is xtask's.

use std::fs;

use e2e::root;

use crate::reading::{components, manifest};

#[test]
fn every_component_is_a_wasm_file_of_its_own() {
    for (id, component) in components(&manifest()) {
        let source = component["source"].as_str().unwrap();
        assert_eq!(source, format!("target/components/{id}.wasm"));
        let bytes =
            fs::read(root().join(source)).unwrap_or_else(|error| panic!("{source}: {error}"));
        assert_eq!(bytes[..4], *b"\0asm", "{source} is not WebAssembly");
    }
}
