//! What all tests of devhost need: an application of guests, before it starts. The running host is `host`'s.

#![allow(dead_code, reason = "each test file uses its part")]

mod host;
pub(crate) mod listener;
pub(crate) mod postgres;

use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use tempfile::TempDir;

pub(crate) use host::Host;

/// How long anything may take before the test fails.
pub(crate) const PATIENCE: Duration = Duration::from_secs(60);

/// The built guest component, of WASI 0.2.
pub(crate) fn guest() -> PathBuf {
    built("components/devhost-guest.wasm")
}

fn built(file: &str) -> PathBuf {
    let path = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("../../target")
        .join(file);
    assert!(
        path.is_file(),
        "{} is missing (hint: `cargo xtask build`, also with `--wasi 0.3`)",
        path.display()
    );
    path.canonicalize().unwrap()
}

/// Waits until `condition` holds.
#[track_caller]
pub(crate) fn wait_for(what: &str, condition: impl FnMut() -> bool) {
    stack::wait_until(PATIENCE, what, condition).unwrap();
}

/// An application before it starts.
pub(crate) struct App {
    variables: String,
    components: String,
    runtime_config: String,
    listen: String,
    arguments: Vec<String>,
    environment: Vec<(String, String)>,
    folder: TempDir,
}

impl App {
    pub(crate) fn new() -> Self {
        Self {
            variables: String::new(),
            components: String::new(),
            runtime_config: String::new(),
            listen: "127.0.0.1:0".to_owned(),
            arguments: Vec::new(),
            environment: Vec::new(),
            folder: tempfile::tempdir().unwrap(),
        }
    }

    /// One guest with permission for everything this test file does.
    pub(crate) fn single(settings: &str) -> Self {
        Self::new().component("guest", "\"/...\"", settings)
    }

    /// A guest as component `id`; `route` and `settings` are TOML.
    pub(crate) fn component(self, id: &str, route: &str, settings: &str) -> Self {
        self.component_from(guest(), id, route, settings)
    }

    /// The same of WASI 0.3: the other guest, which knows other steps.
    pub(crate) fn component_p3(self, id: &str, route: &str, settings: &str) -> Self {
        self.component_from(
            built("components-p3/devhost-guest-p3.wasm"),
            id,
            route,
            settings,
        )
    }

    fn component_from(mut self, source: PathBuf, id: &str, route: &str, settings: &str) -> Self {
        self.components += &format!("[[trigger.http]]\nroute = {route}\ncomponent = \"{id}\"\n");
        self.components += &format!("[component.{id}]\nsource = {source:?}\n{settings}\n");
        self
    }

    /// Lines of `[variables]`.
    pub(crate) fn variables(mut self, lines: &str) -> Self {
        self.variables += lines;
        self
    }

    pub(crate) fn runtime_config(mut self, text: &str) -> Self {
        self.runtime_config += text;
        self
    }

    pub(crate) fn argument(mut self, argument: &str) -> Self {
        self.arguments.push(argument.to_owned());
        self
    }

    /// Another address than a free port.
    pub(crate) fn listen(mut self, address: &str) -> Self {
        self.listen = address.to_owned();
        self
    }

    pub(crate) fn environment(mut self, name: &str, value: &str) -> Self {
        self.environment.push((name.to_owned(), value.to_owned()));
        self
    }

    /// The folder of the manifest.
    pub(crate) fn folder(&self) -> &Path {
        self.folder.path()
    }

    fn command(&self) -> Command {
        let manifest = format!(
            "spin_manifest_version = 2\n[application]\nname = \"test\"\n[variables]\n{}\n{}",
            self.variables, self.components
        );
        std::fs::write(self.folder().join("spin.toml"), manifest).unwrap();
        let config = self.folder().join("runtime-config.toml");
        std::fs::write(&config, &self.runtime_config).unwrap();
        let mut command = Command::new(env!("CARGO_BIN_EXE_devhost"));
        command
            .args(["up", "--listen", &self.listen])
            .arg("--from")
            .arg(self.folder().join("spin.toml"));
        command
            .arg("--runtime-config-file")
            .arg(config)
            .args(&self.arguments);
        command
            .envs(self.environment.iter().cloned())
            .current_dir(self.folder());
        command
    }

    /// Starts the host and waits until it serves.
    pub(crate) fn start(self) -> Host {
        let mut host = Host::spawn(self.command(), self.folder);
        host.wait_until_it_serves();
        host
    }

    /// Runs a host that must fail to start, and returns what it says.
    pub(crate) fn start_failure(self) -> String {
        let mut host = Host::spawn(self.command(), self.folder);
        assert_eq!(host.wait().code(), Some(1));
        host.log()
    }
}
