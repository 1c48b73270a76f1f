//! The Dapr components of k8s/dapr-components for this machine: the very files, but for how to reach the broker.
//!
//! In the file of the `pubsub.kafka` component, `brokers` gets another value, `authType` becomes `none` (the local broker
//! listens on 127.0.0.1 only), and what belongs to the authentication in the cluster is left out: the items of
//! [`CLUSTER_ONLY`] and the `auth:` block, which names Kubernetes' secret store. Every other line stays as it is. It is done
//! line by line, so the files keep one form: two spaces per level, `- name: x` and then what belongs to it.

use anyhow::{Context, bail, ensure};
use std::fs;
use std::path::Path;

/// The items that mean something in the cluster only.
const CLUSTER_ONLY: [&str; 4] = ["saslMechanism", "saslUsername", "saslPassword", "caCert"];

const ITEM: &str = "    - name: ";

/// Writes the files of `from`, but for kustomization.yaml, into the emptied folder `to`.
///
/// # Errors
/// When a file cannot be read or written, or the Kafka component lacks one of the items that are replaced.
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
        let mut text = fs::read_to_string(&path)?;
        if text.lines().any(|line| line.trim() == "type: pubsub.kafka") {
            text = local_kafka(&text, brokers).with_context(|| format!("in {}", path.display()))?;
            replaced += 1;
        }
        fs::write(to.join(name), text)?;
    }
    ensure!(
        replaced == 1,
        "{} has {replaced} Kafka components instead of one",
        from.display()
    );
    Ok(())
}

fn local_kafka(text: &str, brokers: &str) -> anyhow::Result<String> {
    let mut local = String::new();
    let mut changed = Vec::new();
    let (mut item, mut in_auth) = ("", false);
    for line in text.lines() {
        if let Some(name) = line.strip_prefix(ITEM) {
            item = name.trim();
        } else if !line.starts_with("      ") {
            // A comment, or a line outside the list: what comes next is not the item's.
            item = "";
        }
        in_auth = if line.starts_with(' ') {
            in_auth
        } else {
            line == "auth:"
        };
        if in_auth || CLUSTER_ONLY.contains(&item) {
            changed.push(if in_auth { "auth" } else { item });
            continue;
        }
        let value = match item {
            "brokers" => brokers,
            "authType" => "none",
            _ => "",
        };
        if value.is_empty() || line.starts_with(ITEM) {
            local.push_str(line);
        } else {
            changed.push(item);
            local.push_str("      value: ");
            local.push_str(value);
        }
        local.push('\n');
    }
    let expected = ["brokers", "authType", "auth"]
        .into_iter()
        .chain(CLUSTER_ONLY);
    for name in expected {
        if !changed.contains(&name) {
            bail!("`{name}` is missing, or not in the expected form");
        }
    }
    Ok(local)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;
    use std::path::PathBuf;

    fn the_files() -> PathBuf {
        Path::new(env!("CARGO_MANIFEST_DIR")).join("../../k8s/dapr-components")
    }

    #[test]
    fn only_the_lines_about_the_broker_differ() {
        let text = fs::read_to_string(the_files().join("kafka-pubsub.yaml")).unwrap();
        let local = local_kafka(&text, "127.0.0.1:9").unwrap();
        let (before, after): (BTreeSet<_>, BTreeSet<_>) =
            (text.lines().collect(), local.lines().collect());
        let added: Vec<_> = after.difference(&before).copied().collect();
        assert_eq!(added, ["      value: 127.0.0.1:9", "      value: none"]);
        let removed: String = before.difference(&after).copied().collect();
        for kept in [
            "consumerGroup",
            "initialOffset",
            "Scopes",
            "Topics",
            "version",
            "maxMessageBytes",
            "scopes:",
        ] {
            assert!(!removed.contains(kept), "{kept} went missing: {removed}");
        }
        assert!(
            !local.contains("secretKeyRef") && !local.contains("auth:"),
            "{local}"
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
        let text = fs::read_to_string(the_files().join("kafka-pubsub.yaml"))
            .unwrap()
            .replace("name: caCert", "name: other");
        assert!(
            local_kafka(&text, "x")
                .unwrap_err()
                .to_string()
                .contains("caCert")
        );
    }
}
