//! Reading `spin.toml`.

use std::collections::BTreeMap;

use e2e::read;
use toml::{Table, Value};

/// `spin.toml`.
pub(crate) fn manifest() -> Table {
    read("spin.toml").parse().unwrap()
}

/// Its components by id.
pub(crate) fn components(manifest: &Table) -> BTreeMap<String, Table> {
    let components = manifest["component"].as_table().unwrap();
    components
        .iter()
        .map(|(id, component)| (id.clone(), component.as_table().unwrap().clone()))
        .collect()
}

/// Its HTTP triggers.
pub(crate) fn triggers(manifest: &Table) -> Vec<Table> {
    let triggers = manifest["trigger"]["http"].as_array().unwrap();
    triggers
        .iter()
        .map(|trigger| trigger.as_table().unwrap().clone())
        .collect()
}

/// A list of texts; none when it is absent.
pub(crate) fn texts(value: Option<&Value>) -> Vec<String> {
    value
        .and_then(Value::as_array)
        .into_iter()
        .flatten()
        .map(|one| one.as_str().unwrap().to_owned())
        .collect()
}

/// The variables that a text refers to: `{{ name }}`.
pub(crate) fn references(text: &str) -> Vec<String> {
    text.split("{{")
        .skip(1)
        .map(|rest| rest.split("}}").next().unwrap().trim().to_owned())
        .collect()
}

#[track_caller]
pub(crate) fn assert_keys(what: &str, table: &Table, known: &[&str]) {
    for key in table.keys() {
        assert!(
            known.contains(&key.as_str()),
            "{what} has {key:?}, which Spin 3.6 does not know"
        );
    }
}
