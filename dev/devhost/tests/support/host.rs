//! A running host: requests to it, what it writes, and its end.

use std::io::{BufRead as _, BufReader, Read};
use std::process::{Child, Command, ExitStatus};
use std::sync::mpsc::{self, Receiver};
use std::sync::{Arc, Mutex};

use serde_json::{Value, json};
use tempfile::TempDir;

use super::{PATIENCE, wait_for};

/// A running host; it ends with the test.
pub(crate) struct Host {
    child: Child,
    stderr: Arc<Mutex<String>>,
    /// `http://127.0.0.1:<port>`.
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
    /// Starts the process, and gives the lines of its stdout; `folder` lives as long as it.
    pub(super) fn spawn(command: &mut Command, folder: TempDir) -> (Self, Receiver<String>) {
        let mut child = command.spawn().unwrap();
        let stdout = lines(child.stdout.take().unwrap());
        let stderr = collect(child.stderr.take().unwrap());
        let url = String::new();
        (
            Self {
                child,
                stderr,
                url,
                folder,
            },
            stdout,
        )
    }

    /// Its first line says where it serves.
    pub(super) fn wait_until_it_serves(&mut self, stdout: &Receiver<String>) {
        let first = stdout.recv_timeout(PATIENCE).unwrap_or_default();
        let url = first.strip_prefix("Serving ");
        let url = url.unwrap_or_else(|| panic!("the host did not start: {}", self.stderr()));
        self.url = url.to_owned();
    }

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
