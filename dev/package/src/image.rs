//! The image of the application: the same layers, configuration and annotations as by `spin registry push` of Spin 3.6 and 4.0.

use crate::layout::{Layout, canonical};
use crate::locked;
use crate::manifest::{Application, Manifest};
use anyhow::{Context, ensure};
use oci_spec::image::{
    ANNOTATION_AUTHORS, ANNOTATION_CREATED, ANNOTATION_DESCRIPTION, ANNOTATION_TITLE,
    ANNOTATION_VERSION, Arch, Config, Descriptor, ImageConfiguration, ImageManifestBuilder,
    MediaType, Os, SCHEMA_VERSION,
};
use std::collections::{BTreeMap, HashMap};

const WASM: &str = "application/vnd.wasm.content.layer.v1+wasm";
const LOCKED_APP: &str = "application/vnd.fermyon.spin.application.v1+config";
/// Tells images apart for runtimes that know an image by its configuration.
const LOCKED_APP_LABEL: &str = "com.fermyon.spin.lockedAppDigest";
/// Version 1 of a component, not of a core module.
const COMPONENT: [u8; 8] = [0, b'a', b's', b'm', 0x0d, 0, 1, 0];

/// Puts the image into the layout; `wasm` has each component's bytes by its id. Returns its manifest.
pub(crate) fn put(
    layout: &mut Layout,
    manifest: &Manifest,
    wasm: &BTreeMap<String, Vec<u8>>,
    created: &str,
) -> anyhow::Result<Descriptor> {
    let mut layers: Vec<Descriptor> = Vec::new();
    let mut digests = BTreeMap::new();
    for (id, source) in manifest.sources() {
        let bytes = wasm.get(id).with_context(|| format!("no component {id}"))?;
        ensure!(
            bytes.starts_with(&COMPONENT),
            "{source} is no Wasm component"
        );
        let layer = layout.put(MediaType::from(WASM), bytes.clone())?;
        digests.insert(id, layer.digest().to_string());
        if !layers.contains(&layer) {
            layers.push(layer);
        }
    }
    let locked = locked::lock(manifest, &digests)?;
    let locked = layout.put(MediaType::from(LOCKED_APP), locked)?;
    let configuration = serde_json::to_vec(&configuration(locked.digest().as_ref()))?;
    layers.push(locked);
    // Without a media type of its own, as Spin leaves it.
    let image = ImageManifestBuilder::default()
        .schema_version(SCHEMA_VERSION)
        .config(layout.put(MediaType::ImageConfig, configuration)?)
        .layers(layers)
        .annotations(annotations(&manifest.application, created))
        .build()?;
    layout.put(MediaType::ImageManifest, canonical(&image)?)
}

fn configuration(locked_app: &str) -> ImageConfiguration {
    let label = (LOCKED_APP_LABEL.to_owned(), locked_app.to_owned());
    let mut labels = Config::default();
    labels.set_labels(Some(HashMap::from([label])));
    let mut configuration = ImageConfiguration::default();
    configuration
        .set_architecture(Arch::Wasm)
        .set_os(Os::Other("wasip1".to_owned()))
        .set_config(Some(labels));
    configuration.rootfs_mut().set_diff_ids(Vec::new());
    configuration.set_history(None);
    configuration
}

fn annotations(application: &Application, created: &str) -> HashMap<String, String> {
    let all = [
        (ANNOTATION_AUTHORS, application.authors.join(", ")),
        (ANNOTATION_TITLE, application.name.clone()),
        (ANNOTATION_DESCRIPTION, application.description.clone()),
        (ANNOTATION_VERSION, application.version.clone()),
        (ANNOTATION_CREATED, created.to_owned()),
    ];
    let present = all.into_iter().filter(|(_, value)| !value.is_empty());
    present
        .map(|(key, value)| (key.to_owned(), value))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::Value;

    const MANIFEST: &str = include_str!("../tests/as_spin/manifest.json");
    const LOCKED: &str = include_str!("../tests/as_spin/locked.json");

    /// What `first.wasm` and `second.wasm` were there: a component's beginning, and enough of anything to be no small file.
    fn component(name: &str) -> Vec<u8> {
        [&COMPONENT, name.repeat(100).as_bytes()].concat()
    }

    #[test]
    fn the_image_is_byte_for_byte_what_spin_pushed() {
        let manifest = Manifest::parse(include_str!("../tests/as_spin/spin.toml")).unwrap();
        let wasm = [("second", "second"), ("first", "first"), ("same", "first")];
        let wasm = wasm.map(|(id, name)| (id.to_owned(), component(name)));
        let pushed: Value = serde_json::from_str(MANIFEST).unwrap();
        let created = pushed["annotations"][ANNOTATION_CREATED].as_str().unwrap();
        let mut layout = Layout::default();
        let image = put(&mut layout, &manifest, &BTreeMap::from(wasm), created).unwrap();
        let ours = layout.text(image.digest().digest());
        let ours_parsed: Value = serde_json::from_str(ours).unwrap();
        let locked = ours_parsed["layers"][2]["digest"].as_str().unwrap();
        assert_eq!(layout.text(locked.strip_prefix("sha256:").unwrap()), LOCKED);
        assert_eq!(ours, MANIFEST);
    }

    #[test]
    fn only_components_are_packaged() {
        let manifest = Manifest::parse(include_str!("../tests/as_spin/spin.toml")).unwrap();
        let module = b"\0asm\x01\0\0\0".to_vec();
        let wasm = BTreeMap::from([("second".to_owned(), module)]);
        let error = put(&mut Layout::default(), &manifest, &wasm, "").unwrap_err();
        assert!(
            error.to_string().contains("second.wasm is no Wasm"),
            "{error}"
        );
    }
}
