//! A running host: requests to it, what it writes, and its end.

use std::process::{Command, ExitStatus};

use serde_json::{Value, json};
use stack::Process;
use tempfile::TempDir;

use super::{PATIENCE, wait_for};

/// A running host; it ends with the test.
pub(crate) struct Host {
    process: Process,
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
    /// Starts the process; `folder` lives as long as it.
    pub(super) fn spawn(command: Command, folder: TempDir) -> Self {
        let log = folder.path().join("host.log");
        Self {
            process: Process::spawn("devhost", command, &log).unwrap(),
            url: String::new(),
            folder,
        }
    }

    /// A line says where it serves.
    pub(super) fn wait_until_it_serves(&mut self) {
        wait_for("the host to serve", || {
            let log = self.log();
            let lines = log.split_inclusive('\n');
            let url = lines
                .filter_map(|line| line.strip_suffix('\n')?.strip_prefix("Serving "))
                .next();
            self.url = url.unwrap_or_default().to_owned();
            !self.url.is_empty() || !self.process.is_running()
        });
        assert!(self.process.is_running(), "it ended: {}", self.log());
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
        assert_eq!(reply.status, 200, "{}", self.log());
        reply.body
    }

    /// `127.0.0.1:<port>`.
    pub(crate) fn address(&self) -> &str {
        self.url.strip_prefix("http://").unwrap()
    }

    /// What the host and its components have written so far.
    pub(crate) fn log(&self) -> String {
        std::fs::read_to_string(self.process.log()).unwrap()
    }

    pub(crate) fn signal(&self, name: &str) {
        let id = self.process.id().to_string();
        stack::output(Command::new("kill").arg(format!("-{name}")).arg(id)).unwrap();
    }

    /// Waits for the process to end.
    pub(crate) fn wait(&mut self) -> ExitStatus {
        let ended = self.process.wait(PATIENCE, stack::NEVER).unwrap();
        assert!(ended.is_some(), "it still runs: {}", self.log());
        ended.unwrap()
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
