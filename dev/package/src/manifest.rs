//! Reads `spin.toml` (Spin manifest version 2). Refuses every key that is not known here: one that was left out would make
//! the image another application than `spin registry push` makes.

use anyhow::{Context, bail, ensure};
use indexmap::IndexMap;
use serde::de::IgnoredAny;
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, HashSet};

/// The manifest as written, in its order.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Manifest {
    spin_manifest_version: u32,
    pub(crate) application: Application,
    #[serde(default)]
    pub(crate) variables: BTreeMap<String, Variable>,
    trigger: Triggers,
    #[serde(rename = "component")]
    pub(crate) components: IndexMap<String, Component>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Application {
    pub(crate) name: String,
    #[serde(default)]
    pub(crate) version: String,
    #[serde(default)]
    pub(crate) description: String,
    #[serde(default)]
    pub(crate) authors: Vec<String>,
    #[serde(rename = "tool")]
    _tool: Option<IgnoredAny>,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Variable {
    pub(crate) description: Option<String>,
    pub(crate) default: Option<String>,
    #[serde(default)]
    required: bool,
    #[serde(default)]
    pub(crate) secret: bool,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Triggers {
    http: Vec<Trigger>,
}

/// One `[[trigger.http]]`; what else it has is passed on as it is.
#[derive(Clone, Debug, Deserialize)]
pub(crate) struct Trigger {
    #[serde(default)]
    pub(crate) id: String,
    pub(crate) component: String,
    #[serde(flatten)]
    pub(crate) config: toml::Table,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Component {
    /// A file of this folder; no URL and no registry.
    pub(crate) source: String,
    #[serde(default)]
    pub(crate) description: String,
    #[serde(default)]
    pub(crate) variables: BTreeMap<String, String>,
    #[serde(default)]
    pub(crate) environment: BTreeMap<String, String>,
    #[serde(default)]
    pub(crate) allowed_outbound_hosts: Vec<String>,
    #[serde(default)]
    pub(crate) key_value_stores: Vec<String>,
    #[serde(default)]
    pub(crate) sqlite_databases: Vec<String>,
    pub(crate) build: Option<Build>,
    #[serde(rename = "tool")]
    _tool: Option<IgnoredAny>,
}

#[derive(Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Build {
    command: Commands,
    #[serde(skip_serializing_if = "Option::is_none")]
    workdir: Option<String>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    watch: Vec<String>,
}

#[derive(Debug, Deserialize, Serialize)]
#[serde(untagged)]
enum Commands {
    One(String),
    Many(Vec<String>),
}

impl Manifest {
    /// Reads and checks the text of a `spin.toml`.
    pub fn parse(text: &str) -> anyhow::Result<Self> {
        let manifest: Self =
            toml::from_str(text).context("spin.toml has what cannot be packaged")?;
        let version = manifest.spin_manifest_version;
        ensure!(version == 2, "spin_manifest_version is {version}, not 2");
        for (name, variable) in &manifest.variables {
            ensure!(
                variable.required != variable.default.is_some(),
                "variable {name} needs either a default or required = true"
            );
        }
        for trigger in &manifest.trigger.http {
            let component = &trigger.component;
            if !manifest.components.contains_key(component) {
                bail!("a trigger is for a component {component} that is not there");
            }
            if trigger.config.contains_key("components") {
                bail!("a trigger of several components cannot be packaged");
            }
        }
        Ok(manifest)
    }

    /// The version of the application.
    pub fn version(&self) -> &str {
        &self.application.version
    }

    /// Each component's id and its file.
    pub fn sources(&self) -> impl Iterator<Item = (&str, &str)> {
        let entries = self.components.iter();
        entries.map(|(id, component)| (id.as_str(), component.source.as_str()))
    }

    /// The HTTP triggers, each with an id: `<component>-http-trigger`, or a number where a component has several.
    pub(crate) fn http_triggers(&self) -> Vec<Trigger> {
        let mut triggers = self.trigger.http.clone();
        let mut taken: HashSet<String> = triggers.iter().map(|one| one.id.clone()).collect();
        for trigger in triggers.iter_mut().filter(|one| one.id.is_empty()) {
            let named = std::iter::once(format!("{}-http-trigger", trigger.component));
            let mut free = named.chain((1..).map(|number: u32| format!("http-trigger{number}")));
            trigger.id = free.find(|id| !taken.contains(id)).unwrap_or_default();
            taken.insert(trigger.id.clone());
        }
        triggers
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SMALL: &str = r#"
spin_manifest_version = 2
[application]
name = "small"
[variables]
of_all = { default = "" }
[[trigger.http]]
route = "/b"
component = "b"
[[trigger.http]]
route = "/b2"
component = "b"
[[trigger.http]]
id = "http-trigger1"
route = "/a"
component = "a"
[component.b]
source = "b.wasm"
[component.a]
source = "a.wasm"
"#;

    #[track_caller]
    fn refused(from: &str, to: &str, because: &str) {
        assert!(SMALL.contains(from));
        let error = Manifest::parse(&SMALL.replacen(from, to, 1)).unwrap_err();
        assert!(format!("{error:#}").contains(because), "{error:#}");
    }

    #[test]
    fn components_keep_their_order_and_triggers_get_ids_as_in_spin() {
        let manifest = Manifest::parse(SMALL).unwrap();
        assert_eq!(manifest.components.keys().collect::<Vec<_>>(), ["b", "a"]);
        let triggers = manifest.http_triggers();
        let ids: Vec<&str> = triggers.iter().map(|one| one.id.as_str()).collect();
        assert_eq!(ids, ["b-http-trigger", "http-trigger2", "http-trigger1"]);
    }

    #[test]
    fn what_cannot_be_packaged_is_refused_by_name() {
        let source = r#"source = "b.wasm""#;
        for key in [
            r#"files = ["a"]"#,
            r#"dependencies = {}"#,
            r#"ai_models = ["a"]"#,
        ] {
            let name = key.split(' ').next().unwrap();
            refused(source, &format!("{source}\n{key}"), name);
        }
        refused(source, r#"source = {url = "a"}"#, "source");
        refused("[application]", "[trigger.redis]\n[application]", "redis");
        refused(r#"component = "a""#, r#"component = "c""#, "component c");
        refused(r#"{ default = "" }"#, "{ }", "of_all");
        refused("version = 2", "version = 1", "not 2");
    }
}
