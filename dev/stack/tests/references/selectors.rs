//! Which pods the selectors mean.

use crate::resources::{Resources, text};
use serde_json::Value;
use std::collections::BTreeSet;

/// Labels that select pods are those of pods that there will be.
pub(crate) fn selectors(resources: &Resources) -> Vec<String> {
    let values = |names: BTreeSet<String>| names.into_iter();
    let mut labels: BTreeSet<(String, String)> = BTreeSet::new();
    let mut add = |key: &str, value: String| labels.insert((key.to_owned(), value));
    values(resources.names("SpinApp")).for_each(|name| _ = add("core.spinkube.dev/app-name", name));
    values(resources.names("Pooler")).for_each(|name| _ = add("cnpg.io/poolerName", name));
    values(resources.names("Cluster")).for_each(|name| _ = add("cnpg.io/cluster", name));
    values(resources.names("Kafka")).for_each(|name| _ = add("strimzi.io/cluster", name));
    values(resources.names("KafkaNodePool")).for_each(|name| _ = add("strimzi.io/pool-name", name));
    values(resources.names("Job")).for_each(|name| _ = add("batch.kubernetes.io/job-name", name));
    add("cnpg.io/podRole", "instance".to_owned());
    let pods = resources
        .all("template")
        .into_iter()
        .map(|at| &at["metadata"]["labels"]);
    let pods = pods.chain(resources.all("podLabels"));
    for (key, value) in pods.flat_map(Value::as_object).flatten() {
        add(key, text(value));
    }
    let selected = resources.all("matchLabels").into_iter();
    let selected = selected.flat_map(Value::as_object).flatten();
    let selected = selected.map(|(key, value)| (key.clone(), text(value)));
    // Namespaces are the cluster's own.
    let selected = selected.filter(|(key, _)| key != "kubernetes.io/metadata.name");
    let missing = selected.filter(|label| !labels.contains(label));
    missing
        .map(|(key, value)| format!("no pod has the label {key}: {value}"))
        .collect()
}
