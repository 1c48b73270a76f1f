//! Reads `runtime-config.toml`: variable providers, SQLite databases, outbound HTTP. As in Spin, a key that is not known
//! is an error.

use std::collections::HashMap;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result};
use serde::Deserialize;

use crate::manifest::toml_error;
use crate::variables::Provider;

/// The settings of this machine.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct RuntimeConfig {
    state_dir: Option<PathBuf>,
    #[serde(default, alias = "config_provider")]
    variables_provider: Vec<ProviderConfig>,
    #[serde(default)]
    sqlite_database: HashMap<String, SqliteDatabase>,
    outbound_http: Option<OutboundHttp>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "snake_case", tag = "type", deny_unknown_fields)]
enum ProviderConfig {
    Static {
        values: HashMap<String, String>,
    },
    Env {
        prefix: Option<String>,
        dotenv_path: Option<PathBuf>,
    },
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "snake_case", tag = "type", deny_unknown_fields)]
enum SqliteDatabase {
    Spin { path: Option<PathBuf> },
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct OutboundHttp {
    // Spin: on without the table, off when the table leaves it out.
    #[serde(default)]
    connection_pooling: bool,
}

/// Where a SQLite database lies; `None` is in memory.
pub(crate) type SqlitePath = Option<PathBuf>;

impl RuntimeConfig {
    /// Reads the file; without one everything has its default.
    pub(crate) fn read(path: Option<&Path>) -> Result<Self> {
        let Some(path) = path else {
            return Ok(Self::default());
        };
        let text = std::fs::read_to_string(path)
            .with_context(|| format!("cannot read the runtime configuration {}", path.display()))?;
        toml::from_str(&text).map_err(|e| toml_error(path, &text, &e))
    }

    /// The state directory: the command line's, else this file's, else `.spin` in the application's folder.
    pub(crate) fn state_dir(&self, argument: Option<PathBuf>, application: &Path) -> PathBuf {
        argument
            .or_else(|| self.state_dir.clone())
            .unwrap_or_else(|| application.join(".spin"))
    }

    /// Every SQLite database by its label. Relative paths are relative to the working directory, as in Spin.
    pub(crate) fn sqlite_databases(&self, state_dir: &Path) -> HashMap<String, SqlitePath> {
        let configured = self.sqlite_database.iter();
        let mut databases: HashMap<_, _> = configured
            .map(|(label, SqliteDatabase::Spin { path })| (label.clone(), path.clone()))
            .collect();
        databases
            .entry("default".to_owned())
            .or_insert_with(|| Some(state_dir.join("sqlite_db.db")));
        databases
    }

    /// Whether outbound connections are kept for the next request.
    pub(crate) fn pools_connections(&self) -> bool {
        self.outbound_http
            .as_ref()
            .is_none_or(|table| table.connection_pooling)
    }

    /// The sources of variables in order of precedence; the environment is always the last one.
    pub(crate) fn into_providers(self, arguments: Vec<(String, String)>) -> Vec<Provider> {
        let configured = self
            .variables_provider
            .into_iter()
            .map(|config| match config {
                ProviderConfig::Static { values } => Provider::Static(values),
                ProviderConfig::Env {
                    prefix,
                    dotenv_path,
                } => Provider::environment(prefix, dotenv_path),
            });
        let mut providers = vec![Provider::Static(arguments.into_iter().collect())];
        providers.extend(configured);
        providers.push(Provider::environment(None, Some(".env".into())));
        providers
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(text: &str) -> RuntimeConfig {
        toml::from_str(text).unwrap()
    }

    #[test]
    fn the_default_database_lies_in_the_state_directory() {
        let databases = RuntimeConfig::default().sqlite_databases(Path::new("/state"));
        assert_eq!(
            databases["default"],
            Some(PathBuf::from("/state/sqlite_db.db"))
        );
    }

    #[test]
    fn the_default_database_can_be_configured() {
        let config = parse("[sqlite_database.default]\ntype = \"spin\"\npath = \"/a.db\"\n");
        assert_eq!(
            config.sqlite_databases(Path::new("/state"))["default"],
            Some(PathBuf::from("/a.db"))
        );
    }

    #[test]
    fn pooling_is_on_without_the_table_and_off_when_the_table_leaves_it_out() {
        assert!(RuntimeConfig::default().pools_connections());
        assert!(!parse("[outbound_http]\n").pools_connections());
        assert!(parse("[outbound_http]\nconnection_pooling = true\n").pools_connections());
    }

    #[test]
    fn what_is_not_supported_is_an_error() {
        for bad in [
            "[llm_compute]\n",
            "[sqlite_database.default]\ntype = \"libsql\"\n",
            "[[variables_provider]]\ntype = \"vault\"\n",
        ] {
            assert!(toml::from_str::<RuntimeConfig>(bad).is_err(), "{bad}");
        }
    }
}
