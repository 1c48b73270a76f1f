//! Variables and permissions: declared, used, closed by default.

use std::collections::BTreeSet;

use e2e::read;
use toml::{Table, Value};

use crate::reading::{assert_keys, components, manifest, references, texts};

#[test]
fn every_variable_that_is_used_is_declared() {
    let manifest = manifest();
    let declared: BTreeSet<String> = manifest["variables"]
        .as_table()
        .unwrap()
        .keys()
        .cloned()
        .collect();
    let mut used = BTreeSet::new();
    for component in components(&manifest).into_values() {
        let variables = component
            .get("variables")
            .and_then(Value::as_table)
            .cloned()
            .unwrap_or_default();
        used.extend(
            variables
                .values()
                .flat_map(|value| references(value.as_str().unwrap())),
        );
        used.extend(
            texts(component.get("allowed_outbound_hosts"))
                .iter()
                .flat_map(|host| references(host)),
        );
    }
    let undeclared: Vec<&String> = used.difference(&declared).collect();
    assert!(undeclared.is_empty(), "{undeclared:?}");
}

#[test]
fn every_variable_has_a_default_or_is_required_and_secrets_are_marked() {
    for (name, variable) in manifest()["variables"].as_table().unwrap() {
        let variable = variable.as_table().unwrap();
        assert_keys(
            name,
            variable,
            &["default", "required", "secret", "description"],
        );
        let required = variable
            .get("required")
            .and_then(Value::as_bool)
            .unwrap_or(false);
        assert!(
            variable.contains_key("default") != required,
            "{name}: a default or `required`, not both"
        );
        let secret = variable
            .get("secret")
            .and_then(Value::as_bool)
            .unwrap_or(false);
        // The two addresses carry a password or a key.
        let address = ["database_url", "alert_webhook_url"].contains(&name.as_str());
        let sensitive = address || name.ends_with("_token") || name.ends_with("_secret");
        assert_eq!(secret, sensitive, "{name}");
    }
}

#[test]
fn a_component_may_call_what_it_names_and_nothing_else() {
    let manifest = manifest();
    let components = components(&manifest);
    for (id, component) in &components {
        for host in texts(component.get("allowed_outbound_hosts")) {
            assert!(!host.contains('*'), "{id} may call {host}");
            if let Some(target) = host
                .strip_prefix("http://")
                .and_then(|rest| rest.strip_suffix(".spin.internal"))
            {
                assert!(
                    components.contains_key(target),
                    "{id} may call {target}, which does not exist"
                );
            } else {
                assert!(
                    host.starts_with("{{") || host.starts_with("postgres://"),
                    "{id} may call {host}"
                );
            }
        }
        assert!(
            texts(component.get("sqlite_databases"))
                .iter()
                .all(|database| database == "default"),
            "{id}"
        );
    }
}

#[test]
fn the_local_profile_is_open_and_the_manifest_alone_is_closed() {
    let manifest = manifest();
    let default = |name: &str| {
        manifest["variables"][name]["default"]
            .as_str()
            .unwrap()
            .to_owned()
    };
    assert_eq!(
        (default("auth").as_str(), default("event_bus").as_str()),
        ("jwt", "dapr")
    );
    assert_eq!(default("ops_token"), "");
    let profile: Table = read("runtime-config.toml").parse().unwrap();
    let provider = &profile["variables_provider"].as_array().unwrap()[0];
    assert_eq!(provider["type"].as_str(), Some("static"));
    assert_eq!(
        (
            provider["values"]["auth"].as_str(),
            provider["values"]["event_bus"].as_str()
        ),
        (Some("off"), Some("local"))
    );
}
