//! What all tests of devhost need: an application of guests on a free port, requests to it, and its end.

#![allow(dead_code, reason = "each test file uses its part")]

pub(crate) mod listener;
pub(crate) mod postgres;

use std::io::{BufRead as _, BufReader, Read};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::mpsc::{self, Receiver};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use serde_json::{Value, json};
use tempfile::TempDir;

/// How long anything may take before the test fails.
pub(crate) const PATIENCE: Duration = Duration::from_secs(60);

/// The built guest component.
pub(crate) fn guest() -> PathBuf {
    let path =
        Path::new(env!("CARGO_MANIFEST_DIR")).join("../target/components/devhost-guest.wasm");
    assert!(
        path.is_file(),
        "{} is missing (hint: `cargo xtask build`)",
        path.display()
    );
    path.canonicalize().unwrap()
}

/// Waits until `condition` holds.
pub(crate) fn wait_for(what: &str, mut condition: impl FnMut() -> bool) {
    let deadline = Instant::now() + PATIENCE;
    while !condition() {
        assert!(Instant::now() < deadline, "waited in vain: {what}");
        std::thread::sleep(Duration::from_millis(10));
    }
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
    pub(crate) fn component(mut self, id: &str, route: &str, settings: &str) -> Self {
        let source = guest();
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
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped());
        command
    }

    /// Starts the host and waits until it serves.
    pub(crate) fn start(self) -> Host {
        let mut child = self.command().spawn().unwrap();
        let stderr = collect(child.stderr.take().unwrap());
        let stdout = lines(child.stdout.take().unwrap());
        let mut host = Host {
            child,
            stderr,
            url: String::new(),
            folder: self.folder,
        };
        let first = stdout.recv_timeout(PATIENCE);
        let url = first
            .ok()
            .and_then(|line| line.strip_prefix("Serving ").map(str::to_owned));
        host.url = url.unwrap_or_else(|| panic!("the host did not start: {}", host.stderr()));
        host
    }

    /// Runs a host that must fail to start, and returns what it says.
    pub(crate) fn start_failure(self) -> String {
        let mut child = self.command().spawn().unwrap();
        let stderr = collect(child.stderr.take().unwrap());
        let mut host = Host {
            child,
            stderr,
            url: String::new(),
            folder: self.folder,
        };
        let status = host.wait();
        assert_eq!(status.code(), Some(1));
        wait_for("an error message", || !host.stderr().is_empty());
        host.stderr()
    }
}

fn lines(stream: impl Read + Send + 'static) -> Receiver<String> {
    let (sender, receiver) = mpsc::channel();
    std::thread::spawn(move || {
        for line in BufReader::new(stream).lines().map_while(Result::ok) {
            // Read to the end even when nobody listens: a full pipe would stop the host.
            let _ = sender.send(line);
        }
    });
    receiver
}

fn collect(stream: impl Read + Send + 'static) -> Arc<Mutex<String>> {
    let text = Arc::new(Mutex::new(String::new()));
    let copy = text.clone();
    std::thread::spawn(move || {
        for line in BufReader::new(stream).lines().map_while(Result::ok) {
            *copy.lock().unwrap() += &(line + "\n");
        }
    });
    text
}

/// A running host; it ends with the test.
pub(crate) struct Host {
    child: Child,
    stderr: Arc<Mutex<String>>,
    pub(crate) url: String,
    pub(crate) folder: TempDir,
}

/// An answer with its body read as JSON, or as text where it is none.
#[derive(Debug)]
pub(crate) struct Reply {
    pub(crate) status: u16,
    pub(crate) body: Value,
}

impl Host {
    pub(crate) fn get(&self, path: &str) -> Reply {
        let response = agent().get(format!("{}{path}", self.url)).call();
        reply(response.unwrap())
    }

    /// Posts a script to the guest at `path`.
    pub(crate) fn post(&self, path: &str, script: &Value) -> Reply {
        let response = agent()
            .post(format!("{}{path}", self.url))
            .send(script.to_string());
        reply(response.unwrap())
    }

    /// The results of a script's steps.
    pub(crate) fn run(&self, path: &str, steps: Value) -> Value {
        let reply = self.post(path, &json!({ "steps": steps }));
        assert_eq!(reply.status, 200, "{}", self.stderr());
        reply.body
    }

    /// `127.0.0.1:<port>`.
    pub(crate) fn address(&self) -> &str {
        self.url.strip_prefix("http://").unwrap()
    }

    /// What the host has written to stderr so far.
    pub(crate) fn stderr(&self) -> String {
        self.stderr.lock().unwrap().clone()
    }

    pub(crate) fn signal(&self, name: &str) {
        let status = Command::new("kill")
            .arg(format!("-{name}"))
            .arg(self.child.id().to_string())
            .status();
        assert!(status.unwrap().success());
    }

    /// Waits for the process to end.
    pub(crate) fn wait(&mut self) -> ExitStatus {
        let mut status = None;
        wait_for("the end of the host", || {
            status = self.child.try_wait().unwrap();
            status.is_some()
        });
        status.unwrap()
    }
}

impl Drop for Host {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn agent() -> ureq::Agent {
    let config = ureq::Agent::config_builder()
        .timeout_global(Some(PATIENCE))
        .http_status_as_error(false);
    config.build().into()
}

fn reply(mut response: ureq::http::Response<ureq::Body>) -> Reply {
    let text = response.body_mut().read_to_string().unwrap();
    let body = serde_json::from_str(&text).unwrap_or(Value::String(text));
    Reply {
        status: response.status().as_u16(),
        body,
    }
}
