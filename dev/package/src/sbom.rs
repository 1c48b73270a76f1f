//! The software bill of materials: CycloneDX 1.5 of the components and of the crates in them.

use crate::crates::{Crate, Crates, Id};
use crate::layout::{Layout, canonical, sha256};
use crate::manifest::Manifest;
use anyhow::Context;
use cyclonedx_bom::models::component::{Classification, Component, Components, MimeType};
use cyclonedx_bom::models::dependency::{Dependencies, Dependency};
use cyclonedx_bom::models::external_reference::{
    ExternalReference, ExternalReferenceType, ExternalReferences,
};
use cyclonedx_bom::models::hash::{Hash, HashAlgorithm, HashValue, Hashes};
use cyclonedx_bom::models::license::{LicenseChoice, Licenses};
use cyclonedx_bom::models::metadata::Metadata;
use cyclonedx_bom::models::tool::{Tool, Tools};
use cyclonedx_bom::prelude::{
    Bom, DateTime, Purl, SpdxExpression, SpecVersion, Uri, UrnUuid, Validate,
};
use oci_spec::image::{Descriptor, ImageManifestBuilder, MediaType, SCHEMA_VERSION};
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

const MEDIA_TYPE: &str = "application/vnd.cyclonedx+json";
const VERSION: SpecVersion = SpecVersion::V1_5;
/// The standard library, which is in every component too.
const STD: &str = "rust-std";

/// What the bill tells of.
pub(crate) struct Contents<'a> {
    pub(crate) manifest: &'a Manifest,
    pub(crate) wasm: &'a BTreeMap<String, Vec<u8>>,
    pub(crate) crates: &'a Crates,
    /// The release of Rust.
    pub(crate) rust: &'a str,
    pub(crate) created: &'a str,
}

/// Puts the bill beside the layout, and into it as a referrer of the image (OCI 1.1).
pub(crate) fn put(
    layout: &mut Layout,
    image: &Descriptor,
    contents: &Contents<'_>,
) -> anyhow::Result<()> {
    let bill = bill(contents)?;
    let content = layout.put(MediaType::from(MEDIA_TYPE), bill.clone())?;
    let referrer = ImageManifestBuilder::default()
        .schema_version(SCHEMA_VERSION)
        .media_type(MediaType::ImageManifest)
        .artifact_type(MEDIA_TYPE)
        .config(layout.put(MediaType::EmptyJSON, b"{}".to_vec())?)
        .layers(vec![content])
        .subject(image.clone())
        .build()?;
    let mut referrer = layout.put(MediaType::ImageManifest, canonical(&referrer)?)?;
    referrer.set_artifact_type(Some(MediaType::from(MEDIA_TYPE)));
    layout.list(referrer);
    layout.put_file(
        format!("{}.cdx.json", contents.manifest.application.name),
        bill,
    );
    Ok(())
}

fn bill(contents: &Contents<'_>) -> anyhow::Result<Vec<u8>> {
    let application = &contents.manifest.application;
    let (name, version) = (&application.name, &application.version);
    let tool = Tool::new(name, "cargo xtask package", env!("CARGO_PKG_VERSION"));
    let (components, dependencies) = parts(contents)?;
    write(Bom {
        spec_version: VERSION,
        serial_number: None,
        metadata: Some(Metadata {
            timestamp: Some(DateTime::try_from(contents.created.to_owned())?),
            tools: Some(Tools::List(vec![tool])),
            component: Some(part(Classification::Application, name, version, name)),
            ..Metadata::default()
        }),
        components: Some(Components(components)),
        dependencies: Some(Dependencies(dependencies)),
        ..Bom::default()
    })
}

/// The components of Spin, then the crates, and what each is made of.
fn parts(contents: &Contents<'_>) -> anyhow::Result<(Vec<Component>, Vec<Dependency>)> {
    let mut components = Vec::new();
    let mut dependencies = Vec::new();
    let mut of_application = Vec::new();
    let mut packages = BTreeSet::new();
    for (id, source) in contents.manifest.sources() {
        let package = Path::new(source).file_stem().and_then(|name| name.to_str());
        let found = package.and_then(|name| contents.crates.package(name));
        let (package, one) = found.with_context(|| format!("no package makes {source}"))?;
        let wasm = contents.wasm.get(id);
        let wasm = wasm.with_context(|| format!("no component {id}"))?;
        let reference = format!("component:{id}");
        components.push(component(&reference, id, package, one, wasm));
        let crates = one.dependencies.iter().map(crate_reference);
        dependencies.push(needs(&reference, crates.chain([STD.to_owned()]).collect()));
        of_application.push(reference);
        packages.insert(package);
    }
    let crates = contents.crates.0.iter();
    for (id, one) in crates.filter(|(id, _)| !packages.contains(id)) {
        components.push(library(id, one)?);
        let crates = one.dependencies.iter().map(crate_reference);
        dependencies.push(needs(&crate_reference(id), crates.collect()));
    }
    let mut std = part(Classification::Library, STD, contents.rust, STD);
    std.licenses = license("MIT OR Apache-2.0");
    components.push(std);
    dependencies.push(needs(&contents.manifest.application.name, of_application));
    Ok((components, dependencies))
}

fn part(kind: Classification, name: &str, version: &str, reference: &str) -> Component {
    Component::new(kind, name, version, Some(reference.to_owned()))
}

fn needs(reference: &str, dependencies: Vec<String>) -> Dependency {
    Dependency {
        dependency_ref: reference.to_owned(),
        dependencies,
    }
}

/// With a serial number that follows from the rest, so that the same contents have the same bill.
fn write(mut bom: Bom) -> anyhow::Result<Vec<u8>> {
    let json = |bom: &Bom| {
        let mut bytes = Vec::new();
        bom.clone().output_as_json(&mut bytes, VERSION)?;
        canonical(&serde_json::from_slice::<serde_json::Value>(&bytes)?)
    };
    let digits = u128::from_str_radix(sha256(&json(&bom)?).split_at(32).0, 16)?;
    let serial = uuid::Builder::from_custom_bytes(digits.to_be_bytes()).into_uuid();
    bom.serial_number = Some(UrnUuid::from(serial));
    let verdict = bom.validate_version(VERSION);
    anyhow::ensure!(verdict.passed(), "the SBOM is not valid: {verdict:?}");
    json(&bom)
}

fn component(reference: &str, id: &str, package: &Id, one: &Crate, wasm: &[u8]) -> Component {
    let mut component = part(Classification::Application, id, &package.1, reference);
    component.mime_type = Some(MimeType("application/wasm".to_owned()));
    component.hashes = Some(hashes(&sha256(wasm)));
    component.licenses = license(&one.license);
    component
}

fn library((name, version): &Id, one: &Crate) -> anyhow::Result<Component> {
    let reference = crate_reference(&(name.clone(), version.clone()));
    let mut library = part(Classification::Library, name, version, &reference);
    library.licenses = license(&one.license);
    if let Some(checksum) = &one.checksum {
        library.hashes = Some(hashes(checksum));
        library.purl = Some(Purl::new("cargo", name, version)?);
    }
    let repository = Uri::try_from(one.repository.clone()).ok();
    library.external_references = repository
        .filter(|_| !one.repository.is_empty())
        .map(|address| ExternalReference::new(ExternalReferenceType::Vcs, address))
        .map(|reference| ExternalReferences(vec![reference]));
    Ok(library)
}

fn crate_reference((name, version): &Id) -> String {
    format!("crate:{name}@{version}")
}

fn hashes(sha256: &str) -> Hashes {
    Hashes(vec![Hash {
        alg: HashAlgorithm::SHA_256,
        content: HashValue(sha256.to_owned()),
    }])
}

/// An expression where it is one, with the slashes of older crates read as "or".
fn license(text: &str) -> Option<Licenses> {
    if text.is_empty() {
        return None;
    }
    let expression = SpdxExpression::parse_lax(text.to_owned()).map(LicenseChoice::Expression);
    Some(Licenses(vec![
        expression.unwrap_or_else(|_| LicenseChoice::license(text)),
    ]))
}
