//! A server that ends and starts again: what PostgreSQL, Kafka and daprd have in common.

use crate::{Process, wait_until};
use anyhow::{Context, bail};
use std::path::PathBuf;
use std::process::Command;
use std::time::Duration;

/// A server's process, while there is one.
#[derive(Debug)]
pub(crate) struct Service {
    name: &'static str,
    log: PathBuf,
    process: Option<Process>,
}

impl Service {
    /// One that does not run yet; its output will be appended to `log`.
    pub(crate) fn new(name: &'static str, log: PathBuf) -> Self {
        let process = None;
        Self { name, log, process }
    }

    /// Starts it, after the end of the process that there is, and waits until it is ready.
    pub(crate) fn start(
        &mut self,
        command: Command,
        deadline: Duration,
        mut is_ready: impl FnMut() -> bool,
    ) -> anyhow::Result<()> {
        self.process = None;
        let process = self
            .process
            .insert(Process::spawn(self.name, command, &self.log)?);
        let what = format!("{} to be ready", self.name);
        let ready = wait_until(deadline, &what, || !process.is_running() || is_ready());
        let tail = process.log_tail(20);
        if !process.is_running() {
            bail!("{} ended while it started: {tail}", self.name);
        }
        ready.context(tail)
    }

    /// Ends it (SIGTERM); false when it had to be killed because it was still there after `grace`.
    pub(crate) fn stop(&mut self, grace: Duration) -> bool {
        let process = self.process.take();
        process.is_none_or(|mut process| process.stop(grace))
    }

    /// Ends it at once (SIGKILL).
    pub(crate) fn kill(&mut self) {
        self.process = None;
    }

    pub(crate) fn process(&self) -> Option<&Process> {
        self.process.as_ref()
    }

    pub(crate) fn is_running(&mut self) -> bool {
        self.process.as_mut().is_some_and(Process::is_running)
    }
}
