//! Reads `spin.toml` (Spin manifest version 2). Knows the keys this application uses and refuses every other one:
//! a key that is silently ignored would make the application behave differently here than on Spin.

use std::collections::{BTreeMap, HashMap};
use std::path::Path;

use anyhow::{Context as _, Result, bail, ensure};
use serde::Deserialize;
use toml::Table;

/// The manifest as written.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Manifest {
    spin_manifest_version: u32,
    #[allow(dead_code, reason = "checked, not read")]
    application: Application,
    #[serde(default)]
    pub(crate) variables: BTreeMap<String, Variable>,
    trigger: Triggers,
    #[serde(default)]
    pub(crate) component: HashMap<String, Component>,
}

/// `[application]`. Only the name means something to a host.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
#[allow(
    dead_code,
    reason = "keys that a manifest may have and a host does not read"
)]
struct Application {
    name: String,
    version: Option<String>,
    description: Option<String>,
    authors: Option<Vec<String>>,
    tool: Option<Table>,
}

/// One entry of `[variables]`: with a default, or required.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
#[allow(
    dead_code,
    reason = "`secret` and `description` change nothing for a host that shows no values"
)]
pub(crate) struct Variable {
    pub(crate) default: Option<String>,
    #[serde(default)]
    required: bool,
    #[serde(default)]
    secret: bool,
    description: Option<String>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Triggers {
    http: Vec<HttpTrigger>,
}

/// One `[[trigger.http]]`.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
#[allow(dead_code, reason = "an id changes nothing here")]
pub(crate) struct HttpTrigger {
    id: Option<String>,
    pub(crate) route: RouteConfig,
    pub(crate) component: String,
    executor: Option<Executor>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Executor {
    r#type: String,
}

/// `route = "/path/..."` or `route = { private = true }`: reachable by service chaining alone.
#[derive(Debug, Clone, Deserialize)]
#[serde(untagged)]
pub(crate) enum RouteConfig {
    /// A pattern for requests from outside.
    Public(String),
    /// No request from outside.
    Private {
        /// Must be true, as in Spin.
        private: bool,
    },
}

/// One `[component.<id>]`.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
#[allow(
    dead_code,
    reason = "keys that a manifest may have and a host does not read"
)]
pub(crate) struct Component {
    pub(crate) source: String,
    description: Option<String>,
    #[serde(default)]
    pub(crate) variables: HashMap<String, String>,
    #[serde(default)]
    pub(crate) environment: BTreeMap<String, String>,
    #[serde(default)]
    pub(crate) allowed_outbound_hosts: Vec<String>,
    #[serde(default)]
    pub(crate) sqlite_databases: Vec<String>,
    build: Option<Table>,
    tool: Option<Table>,
}

impl Manifest {
    /// Reads and checks a manifest. Errors are one line and name the file.
    pub(crate) fn read(path: &Path) -> Result<Self> {
        let text = std::fs::read_to_string(path)
            .with_context(|| format!("cannot read the manifest {}", path.display()))?;
        let manifest: Self = toml::from_str(&text).map_err(|e| toml_error(path, &text, &e))?;
        manifest
            .check()
            .with_context(|| path.display().to_string())?;
        Ok(manifest)
    }

    /// The HTTP triggers in the order of the file.
    pub(crate) fn triggers(&self) -> &[HttpTrigger] {
        &self.trigger.http
    }

    fn check(&self) -> Result<()> {
        ensure!(
            self.spin_manifest_version == 2,
            "spin_manifest_version must be 2"
        );
        for (name, variable) in &self.variables {
            ensure!(
                variable.required != variable.default.is_some(),
                "variable `{name}` needs either a default or `required = true`"
            );
        }
        for trigger in self.triggers() {
            ensure!(
                self.component.contains_key(&trigger.component),
                "a trigger names the component `{}`, which is not defined",
                trigger.component
            );
            match trigger.executor.as_ref().map(|e| e.r#type.as_str()) {
                None | Some("http" | "spin") => {}
                Some(other) => bail!("devhost does not support the executor `{other}`"),
            }
        }
        Ok(())
    }
}

/// One line for a TOML error: file, line, what is wrong.
pub(crate) fn toml_error(path: &Path, text: &str, error: &toml::de::Error) -> anyhow::Error {
    let line = error.span().map(|span| {
        text.bytes()
            .take(span.start)
            .filter(|&b| b == b'\n')
            .count()
            + 1
    });
    let message = error.message().replace('\n', " ");
    match line {
        Some(line) => anyhow::anyhow!("{}:{line}: {message}", path.display()),
        None => anyhow::anyhow!("{}: {message}", path.display()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const HEAD: &str = "spin_manifest_version = 2\n[application]\nname = \"a\"\n";

    fn parse(text: &str) -> Result<Manifest> {
        let text = format!("{HEAD}{text}");
        let manifest: Manifest =
            toml::from_str(&text).map_err(|e| toml_error(Path::new("spin.toml"), &text, &e))?;
        manifest.check()?;
        Ok(manifest)
    }

    #[test]
    fn an_unsupported_key_is_named_with_its_line() {
        let error = parse(
            "[trigger]\nhttp = []\n[component.a]\nsource = \"a.wasm\"\nkey_value_stores = [\"default\"]\n",
        );
        let message = error.unwrap_err().to_string();
        assert!(
            message.starts_with("spin.toml:8: unknown field `key_value_stores`"),
            "{message}"
        );
    }

    #[test]
    fn another_trigger_is_refused() {
        let message = parse("[[trigger.redis]]\nchannel = \"a\"\n")
            .unwrap_err()
            .to_string();
        assert!(message.contains("unknown field `redis`"), "{message}");
    }

    #[test]
    fn a_trigger_needs_its_component() {
        let message = parse("[[trigger.http]]\nroute = \"/\"\ncomponent = \"b\"\n")
            .unwrap_err()
            .to_string();
        assert!(message.contains("`b`, which is not defined"), "{message}");
    }

    #[test]
    fn a_variable_is_required_or_has_a_default() {
        for bad in ["a = {}", "a = { default = \"\", required = true }"] {
            assert!(parse(&format!("[trigger]\nhttp = []\n[variables]\n{bad}\n")).is_err());
        }
        parse("[trigger]\nhttp = []\n[variables]\na = { required = true, secret = true }\n")
            .unwrap();
    }
}
