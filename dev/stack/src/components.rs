//! The Dapr components of k8s/dapr-components for this machine: the very files, but for how to reach the broker.
//!
//! In the `pubsub.kafka` component, `brokers` gets another value, `authType` becomes `none` (the local broker listens on
//! 127.0.0.1 only), and what belongs to the authentication in the cluster is left out: the items of [`CLUSTER_ONLY`] and
//! `auth`, which names Kubernetes' secret store.

use anyhow::{Context, ensure};
use serde_json::{Value, json};
use std::fs;
use std::path::Path;

/// The items that mean something in the cluster only.
const CLUSTER_ONLY: [&str; 4] = ["saslMechanism", "saslUsername", "saslPassword", "caCert"];

/// Writes the files of `from`, but for kustomization.yaml, into the emptied folder `to`.
pub(crate) fn copy_for_this_machine(from: &Path, to: &Path, brokers: &str) -> anyhow::Result<()> {
    if to.exists() {
        fs::remove_dir_all(to)?;
    }
    fs::create_dir_all(to).with_context(|| format!("cannot make {}", to.display()))?;
    let mut replaced = 0;
    for entry in fs::read_dir(from).with_context(|| format!("cannot read {}", from.display()))? {
        let path = entry?.path();
        let name = path.file_name().unwrap_or_default();
        if name == "kustomization.yaml"
            || path.extension().is_none_or(|extension| extension != "yaml")
        {
            continue;
        }
        let text = fs::read_to_string(&path)?;
        let local =
            local_kafka(&text, brokers).with_context(|| format!("in {}", path.display()))?;
        replaced += usize::from(local.is_some());
        fs::write(to.join(name), local.unwrap_or(text))?;
    }
    ensure!(
        replaced == 1,
        "{} has {replaced} Kafka components instead of one",
        from.display()
    );
    Ok(())
}

/// `None` when it is another component.
fn local_kafka(text: &str, brokers: &str) -> anyhow::Result<Option<String>> {
    let mut component: Value = yaml_serde::from_str(text)?;
    if component.pointer("/spec/type") != Some(&json!("pubsub.kafka")) {
        return Ok(None);
    }
    let fields = component.as_object_mut().context("no mapping")?;
    fields.remove("auth").context("`auth` is missing")?;
    let items = component
        .pointer_mut("/spec/metadata")
        .and_then(Value::as_array_mut)
        .context("`spec.metadata` is no list")?;
    let place = |items: &[Value], name: &str| {
        let place = items
            .iter()
            .position(|item| item.get("name") == Some(&json!(name)));
        place.with_context(|| format!("`{name}` is missing"))
    };
    for name in CLUSTER_ONLY {
        items.remove(place(items, name)?);
    }
    for (name, value) in [("brokers", brokers), ("authType", "none")] {
        let place = place(items, name)?;
        if let Some(item) = items.get_mut(place) {
            *item = json!({ "name": name, "value": value });
        }
    }
    Ok(Some(yaml_serde::to_string(&component)?))
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;
    use std::path::PathBuf;

    fn the_files() -> PathBuf {
        Path::new(env!("CARGO_MANIFEST_DIR")).join("../../k8s/dapr-components")
    }

    fn kafka() -> String {
        fs::read_to_string(the_files().join("kafka-pubsub.yaml")).unwrap()
    }

    #[test]
    fn only_what_is_about_the_broker_differs() {
        let mut expected: Value = yaml_serde::from_str(&kafka()).unwrap();
        expected.as_object_mut().unwrap().remove("auth");
        let items = expected["spec"]["metadata"].as_array_mut().unwrap();
        items.retain(|item| !CLUSTER_ONLY.contains(&item["name"].as_str().unwrap()));
        for item in items {
            match item["name"].as_str().unwrap() {
                "brokers" => item["value"] = json!("127.0.0.1:9"),
                "authType" => item["value"] = json!("none"),
                _ => {}
            }
        }
        let local = local_kafka(&kafka(), "127.0.0.1:9").unwrap().unwrap();
        let local: Value = yaml_serde::from_str(&local).unwrap();
        assert_eq!(local, expected);
        assert!(!local.to_string().contains("secretKeyRef"));
    }

    #[test]
    fn text_that_looks_like_a_number_stays_text() {
        let local = local_kafka(&kafka(), "x").unwrap().unwrap();
        let local: Value = yaml_serde::from_str(&local).unwrap();
        let items = local["spec"]["metadata"].as_array().unwrap();
        assert!(
            items.iter().all(|item| item["value"].is_string()),
            "{items:?}"
        );
    }

    #[test]
    fn all_files_but_the_kustomization_are_copied_and_old_ones_go() {
        let to = tempfile::tempdir().unwrap();
        fs::write(to.path().join("old.yaml"), "x").unwrap();
        copy_for_this_machine(&the_files(), to.path(), "127.0.0.1:9").unwrap();
        let name = |entry: std::io::Result<fs::DirEntry>| {
            entry.unwrap().file_name().into_string().unwrap()
        };
        let names: BTreeSet<String> = fs::read_dir(to.path()).unwrap().map(name).collect();
        let source = fs::read_dir(the_files()).unwrap().count();
        assert_eq!(names.len(), source - 1);
        assert!(!names.contains("kustomization.yaml") && !names.contains("old.yaml"));
    }

    #[test]
    fn a_component_without_an_expected_item_is_an_error_that_names_it() {
        let text = kafka().replace("name: caCert", "name: other");
        assert!(
            local_kafka(&text, "x")
                .unwrap_err()
                .to_string()
                .contains("caCert")
        );
    }
}
