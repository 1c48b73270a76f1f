//! The locked application: the JSON that Spin runs from a registry, as `spin registry push` makes it of `spin.toml`.
//! Fields and their order are those of Spin's `LockedApp`, so that the bytes, and with them the digests, are the same.

use crate::manifest::{Build, Component, Manifest, Trigger, Variable};
use anyhow::Context;
use serde::Serialize;
use serde_json::{Value, json};
use std::collections::BTreeMap;

#[derive(Serialize)]
struct LockedApp<'a> {
    spin_lock_version: u8,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    must_understand: Vec<&'static str>,
    metadata: BTreeMap<&'static str, Value>,
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    variables: BTreeMap<&'a str, LockedVariable<'a>>,
    triggers: Vec<LockedTrigger>,
    components: Vec<LockedComponent<'a>>,
}

#[derive(Serialize)]
struct LockedVariable<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    description: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    default: Option<&'a str>,
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    secret: bool,
}

#[derive(Serialize)]
struct LockedTrigger {
    id: String,
    trigger_type: &'static str,
    trigger_config: BTreeMap<String, Value>,
}

#[derive(Serialize)]
struct LockedComponent<'a> {
    id: &'a str,
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    metadata: BTreeMap<&'static str, Value>,
    source: Source<'a>,
    #[serde(skip_serializing_if = "no_entries")]
    env: &'a BTreeMap<String, String>,
    #[serde(skip_serializing_if = "no_entries")]
    config: &'a BTreeMap<String, String>,
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    host_requirements: BTreeMap<&'static str, &'static str>,
}

#[derive(Serialize)]
struct Source<'a> {
    content_type: &'static str,
    digest: &'a str,
}

fn no_entries(map: &&BTreeMap<String, String>) -> bool {
    map.is_empty()
}

/// The locked application as JSON; `digests` has each component's, by its id.
pub(crate) fn lock(
    manifest: &Manifest,
    digests: &BTreeMap<&str, String>,
) -> anyhow::Result<Vec<u8>> {
    let components: Vec<LockedComponent<'_>> = manifest
        .components
        .iter()
        .map(|(id, component)| {
            let digest = digests.get(id.as_str());
            locked_component(
                id,
                component,
                digest.with_context(|| format!("no digest of {id}"))?,
            )
        })
        .collect::<anyhow::Result<_>>()?;
    let chained = components
        .iter()
        .any(|one| !one.host_requirements.is_empty());
    let triggers = manifest.http_triggers();
    Ok(serde_json::to_vec(&LockedApp {
        // The older version where nothing needs the newer one.
        spin_lock_version: u8::from(chained),
        must_understand: Vec::from_iter(chained.then_some("component_host_requirements")),
        metadata: application_metadata(manifest),
        variables: locked_variables(&manifest.variables),
        triggers: triggers
            .into_iter()
            .map(locked_trigger)
            .collect::<anyhow::Result<_>>()?,
        components,
    })?)
}

fn application_metadata(manifest: &Manifest) -> BTreeMap<&'static str, Value> {
    let application = &manifest.application;
    // `triggers` would hold settings for all triggers of a type, and `trigger` is the older form of it.
    let mut metadata = BTreeMap::from([
        ("trigger", json!({"type": "http"})),
        ("triggers", json!({})),
    ]);
    put_text(&mut metadata, "name", &application.name);
    put_text(&mut metadata, "version", &application.version);
    put_text(&mut metadata, "description", &application.description);
    put_list(&mut metadata, "authors", &application.authors);
    metadata
}

fn put_text(metadata: &mut BTreeMap<&'static str, Value>, key: &'static str, text: &str) {
    if !text.is_empty() {
        metadata.insert(key, json!(text));
    }
}

fn put_list(metadata: &mut BTreeMap<&'static str, Value>, key: &'static str, list: &[String]) {
    if !list.is_empty() {
        metadata.insert(key, json!(list));
    }
}

fn locked_variables(variables: &BTreeMap<String, Variable>) -> BTreeMap<&str, LockedVariable<'_>> {
    let locked = variables.iter().map(|(name, variable)| {
        let locked = LockedVariable {
            description: variable.description.as_deref(),
            default: variable.default.as_deref(),
            secret: variable.secret,
        };
        (name.as_str(), locked)
    });
    locked.collect()
}

fn locked_trigger(trigger: Trigger) -> anyhow::Result<LockedTrigger> {
    let config = trigger.config.into_iter();
    let mut config: BTreeMap<String, Value> = config
        .map(|(key, value)| {
            let mut value = serde_json::to_value(value)?;
            value.sort_all_objects();
            Ok((key, value))
        })
        .collect::<anyhow::Result<_>>()?;
    config.insert("component".to_owned(), json!(trigger.component));
    Ok(LockedTrigger {
        id: trigger.id,
        trigger_type: "http",
        trigger_config: config,
    })
}

fn locked_component<'a>(
    id: &'a str,
    component: &'a Component,
    digest: &'a str,
) -> anyhow::Result<LockedComponent<'a>> {
    let hosts = &component.allowed_outbound_hosts;
    let mut metadata = BTreeMap::new();
    put_text(&mut metadata, "description", &component.description);
    put_list(&mut metadata, "allowed_outbound_hosts", hosts);
    put_list(
        &mut metadata,
        "key_value_stores",
        &component.key_value_stores,
    );
    put_list(&mut metadata, "databases", &component.sqlite_databases);
    if let Some(build) = &component.build {
        metadata.insert("build", serde_json::to_value::<&Build>(build)?);
    }
    let chained = hosts.iter().any(|host| calls_another_component(host));
    Ok(LockedComponent {
        id,
        metadata,
        source: Source {
            content_type: "application/wasm",
            digest,
        },
        env: &component.environment,
        config: &component.variables,
        host_requirements: chained
            .then_some(("local_service_chaining", "required"))
            .into_iter()
            .collect(),
    })
}

/// Whether an entry of `allowed_outbound_hosts` is a component of this application. Spin reads a template as nothing of the kind.
fn calls_another_component(allowed: &str) -> bool {
    let host = allowed.split_once("://").map_or("", |(_, rest)| rest);
    let host = host.split([':', '/']).next().unwrap_or_default();
    host.ends_with(".spin.internal") && !host.contains("{{")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_component_of_this_application_is_known_by_its_host() {
        for host in [
            "http://a.spin.internal",
            "http://*.spin.internal",
            "http://a.spin.internal:80",
        ] {
            assert!(calls_another_component(host), "{host}");
        }
        for host in [
            "{{ a }}",
            "http://{{ a }}.spin.internal",
            "https://a.example.com",
            "*://*:*",
        ] {
            assert!(!calls_another_component(host), "{host}");
        }
    }
}
