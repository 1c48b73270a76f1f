//! The shape of `spin.toml`: only what Spin 3.6 knows, and everything leads somewhere.

use std::collections::BTreeSet;

use toml::Value;

use crate::reading::{assert_keys, components, manifest, triggers};

#[test]
fn the_manifest_is_of_version_2_and_knows_no_other_sections() {
    let manifest = manifest();
    assert_eq!(manifest["spin_manifest_version"], Value::Integer(2));
    assert_keys(
        "spin.toml",
        &manifest,
        &[
            "spin_manifest_version",
            "application",
            "variables",
            "trigger",
            "component",
        ],
    );
    let application = manifest["application"].as_table().unwrap();
    assert_keys(
        "[application]",
        application,
        &[
            "name",
            "version",
            "description",
            "authors",
            "trigger",
            "tool",
        ],
    );
    let triggers = manifest["trigger"].as_table().unwrap();
    assert_keys("[trigger]", triggers, &["http"]);
}

#[test]
fn every_component_has_only_what_spin_knows() {
    let known = [
        "description",
        "source",
        "files",
        "exclude_files",
        "allowed_http_hosts",
        "allowed_outbound_hosts",
        "key_value_stores",
        "environment",
        "build",
        "variables",
        "sqlite_databases",
        "ai_models",
        "dependencies_inherit_configuration",
        "dependencies",
        "tool",
    ];
    for (id, component) in components(&manifest()) {
        assert_keys(&id, &component, &known);
        assert!(
            id.starts_with(|first: char| first.is_ascii_lowercase()),
            "{id}"
        );
        assert!(
            id.bytes()
                .all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-'),
            "{id}"
        );
        if let Some(build) = component.get("build").and_then(Value::as_table) {
            assert_keys(&id, build, &["command", "workdir", "watch"]);
        }
    }
}

#[test]
fn every_route_is_there_once_and_leads_to_a_component() {
    let manifest = manifest();
    let (components, mut routes, mut reached) =
        (components(&manifest), BTreeSet::new(), BTreeSet::new());
    for trigger in triggers(&manifest) {
        assert_keys(
            "a trigger",
            &trigger,
            &["id", "route", "component", "executor", "static_response"],
        );
        let component = trigger["component"].as_str().unwrap();
        assert!(
            components.contains_key(component),
            "no component {component}"
        );
        reached.insert(component.to_owned());
        if let Some(route) = trigger["route"].as_str() {
            assert!(route.starts_with('/'), "{route}");
            assert!(
                !route.trim_end_matches("/...").contains("..."),
                "{route}: a wildcard stands at the end only"
            );
            assert!(routes.insert(route.to_owned()), "{route} is there twice");
        }
    }
    assert_eq!(
        reached,
        components.into_keys().collect(),
        "a component without a trigger"
    );
}

#[test]
fn one_build_command_builds_every_component() {
    let commands: Vec<Value> = components(&manifest())
        .into_values()
        .filter_map(|component| Some(component.get("build")?["command"].clone()))
        .collect();
    assert_eq!(commands, [Value::from("cargo xtask build")]);
}
