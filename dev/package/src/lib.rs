//! Makes the built application an OCI image layout: the image that `spin registry push` would make of `spin.toml`, and an SBOM.
//!
//! It says nothing to a registry, reads no clock and gives the same bytes for the same inputs.

mod crates;
mod image;
mod layout;
mod locked;
mod manifest;
mod sbom;

pub use crates::Crates;
pub use manifest::Manifest;

use layout::Layout;
use oci_spec::image::ANNOTATION_REF_NAME;
use sbom::Contents;
use std::collections::{BTreeMap, HashMap};
use std::path::Path;

/// Everything that the layout is made of.
#[derive(Clone, Copy, Debug)]
pub struct Inputs<'a> {
    /// `spin.toml`.
    pub manifest: &'a Manifest,
    /// The bytes of each component, by its id.
    pub wasm: &'a BTreeMap<String, Vec<u8>>,
    /// What is compiled into them.
    pub crates: &'a Crates,
    /// The release of Rust that compiled them.
    pub rust: &'a str,
    /// What the layout calls the image: a tag.
    pub reference: &'a str,
    /// When, in RFC 3339.
    pub created: &'a str,
}

/// Writes the layout to `folder`. Returns the image's digest.
pub fn package(inputs: &Inputs<'_>, folder: &Path) -> anyhow::Result<String> {
    let mut layout = Layout::default();
    let &Inputs {
        manifest,
        wasm,
        crates,
        rust,
        created,
        ..
    } = inputs;
    let mut image = image::put(&mut layout, manifest, wasm, created)?;
    let mut named = image.clone();
    let name = (ANNOTATION_REF_NAME.to_owned(), inputs.reference.to_owned());
    named.set_annotations(Some(HashMap::from([name])));
    layout.list(named);
    image.set_annotations(None);
    let contents = Contents {
        manifest,
        wasm,
        crates,
        rust,
        created,
    };
    sbom::put(&mut layout, &image, &contents)?;
    layout.write(folder)?;
    Ok(image.digest().to_string())
}
