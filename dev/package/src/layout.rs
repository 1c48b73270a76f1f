//! An OCI image layout: content by its digest, and an index of what it is.

use anyhow::{Context, ensure};
use oci_spec::image::{
    Descriptor, ImageIndexBuilder, MediaType, OciLayoutBuilder, SCHEMA_VERSION, Sha256Digest,
};
use serde::Serialize;
use sha2::{Digest, Sha256};
use std::collections::BTreeMap;
use std::fmt::Write;
use std::path::Path;
use std::str::FromStr;

/// What the folder will hold. The same content, the same files.
#[derive(Default)]
pub(crate) struct Layout {
    /// By the hexadecimal digits of the SHA-256.
    blobs: BTreeMap<String, Vec<u8>>,
    index: Vec<Descriptor>,
    files: BTreeMap<String, Vec<u8>>,
}

impl Layout {
    /// Keeps content, once, and says how to refer to it.
    pub(crate) fn put(
        &mut self,
        media_type: MediaType,
        content: Vec<u8>,
    ) -> anyhow::Result<Descriptor> {
        let digits = sha256(&content);
        let digest = Sha256Digest::from_str(&digits)?;
        let descriptor = Descriptor::new(media_type, content.len() as u64, digest);
        self.blobs.insert(digits, content);
        Ok(descriptor)
    }

    /// Has a manifest in the index.
    pub(crate) fn list(&mut self, manifest: Descriptor) {
        self.index.push(manifest);
    }

    /// A file beside the layout's own.
    pub(crate) fn put_file(&mut self, name: String, content: Vec<u8>) {
        self.files.insert(name, content);
    }

    #[cfg(test)]
    pub(crate) fn text(&self, sha256: &str) -> &str {
        std::str::from_utf8(&self.blobs[sha256]).unwrap()
    }

    /// Writes the folder, in the place of an earlier layout.
    pub(crate) fn write(&self, folder: &Path) -> anyhow::Result<()> {
        if folder.exists() {
            let replaceable =
                folder.join("oci-layout").is_file() || std::fs::read_dir(folder)?.next().is_none();
            ensure!(
                replaceable,
                "{} is there and no image layout",
                folder.display()
            );
            std::fs::remove_dir_all(folder)?;
        }
        let blobs = folder.join("blobs/sha256");
        std::fs::create_dir_all(&blobs)
            .with_context(|| format!("cannot write {}", folder.display()))?;
        for (name, content) in &self.blobs {
            std::fs::write(blobs.join(name), content)?;
        }
        for (name, content) in &self.files {
            std::fs::write(folder.join(name), content)?;
        }
        let index = ImageIndexBuilder::default()
            .schema_version(SCHEMA_VERSION)
            .media_type(MediaType::ImageIndex)
            .manifests(self.index.clone())
            .build()?;
        std::fs::write(folder.join("index.json"), canonical(&index)?)?;
        let marker = OciLayoutBuilder::default()
            .image_layout_version("1.0.0")
            .build()?;
        // Last: without it this is no layout.
        std::fs::write(folder.join("oci-layout"), canonical(&marker)?)?;
        Ok(())
    }
}

/// JSON with sorted keys and without spaces, as Spin's client writes manifests: annotations have no order of their own.
pub(crate) fn canonical(value: &impl Serialize) -> anyhow::Result<Vec<u8>> {
    let mut value = serde_json::to_value(value)?;
    value.sort_all_objects();
    Ok(serde_json::to_vec(&value)?)
}

/// In hexadecimal digits.
pub(crate) fn sha256(content: &[u8]) -> String {
    let mut digits = String::new();
    for byte in Sha256::digest(content) {
        // Writing to a string does not fail.
        let _ = write!(digits, "{byte:02x}");
    }
    digits
}
