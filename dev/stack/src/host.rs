//! The application on its WebAssembly host: `spin up` where the Spin CLI is installed, `devhost up` where it is not.

use crate::{Process, Wasi, free_port, get_status, on_path, wait_until};
use anyhow::{Context, bail};
use std::net::{Ipv4Addr, SocketAddr, TcpListener};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

/// Both hosts answer here as soon as they serve.
const HEALTH: &str = "/.well-known/spin/health";

/// Compiling all components is part of the start, and the machine may be busy with other tests.
const START_DEADLINE: Duration = Duration::from_secs(120);

/// What a [`Host`] serves, and where.
#[derive(Clone, Debug)]
pub struct HostOptions {
    /// The folder of `spin.toml`.
    pub root: PathBuf,
    /// Which build of the components to serve; `None` is what the environment variable `TODO_WASI` says.
    pub wasi: Option<Wasi>,
    /// The host program; `None` is the one that [`Host::start`] finds.
    pub program: Option<PathBuf>,
    /// Where to listen; `None` is a free port on 127.0.0.1.
    pub listen: Option<SocketAddr>,
    /// Where the host keeps its SQLite databases.
    pub state_dir: PathBuf,
    /// The runtime configuration; `None` is the host's own default, without any.
    pub runtime_config: Option<PathBuf>,
    /// Spin variables, name and value. They win over those of the runtime configuration.
    pub variables: Vec<(String, String)>,
    /// Where the output of the host and of the components goes.
    pub log: PathBuf,
}

/// A running host. It ends when this value is dropped.
#[derive(Debug)]
pub struct Host {
    address: SocketAddr,
    process: Process,
}

impl Host {
    /// Starts the host and waits until it answers. Without a program in the options it is what `TODO_DEVHOST` names, else `spin`
    /// on the PATH, else the devhost that was built.
    pub fn start(options: &HostOptions) -> anyhow::Result<Self> {
        Self::start_unless(options, || false)
    }

    /// Like [`Host::start`], and gives up as soon as `given_up` says so.
    pub fn start_unless(
        options: &HostOptions,
        given_up: impl Fn() -> bool,
    ) -> anyhow::Result<Self> {
        let address = options
            .listen
            .unwrap_or_else(|| (Ipv4Addr::LOCALHOST, free_port()).into());
        // Without this look, another server on that port could pass for ours.
        if let Err(error) = TcpListener::bind(address) {
            bail!("cannot listen on {address}: {error}");
        }
        let process = Process::spawn("the host", command(options, address)?, &options.log)?;
        let mut host = Self { address, process };
        host.wait_until_it_answers(given_up)?;
        Ok(host)
    }

    fn wait_until_it_answers(&mut self, given_up: impl Fn() -> bool) -> anyhow::Result<()> {
        let waited = wait_until(START_DEADLINE, "the host to answer", || {
            given_up()
                || !self.process.is_running()
                || get_status(self.address, HEALTH) == Some(200)
        });
        if given_up() {
            bail!("the start of the host was given up");
        }
        let log = self.process.log().display().to_string();
        let tail = self.process.log_tail(30);
        if !self.process.is_running() {
            bail!("the host ended while it started; the end of {log}:\n{tail}");
        }
        waited.with_context(|| format!("the end of {log}:\n{tail}"))
    }

    /// Where it listens.
    #[must_use]
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// The URL of `path`, which starts with a slash.
    #[must_use]
    pub fn url(&self, path: &str) -> String {
        format!("http://{}{path}", self.address)
    }

    /// Its process.
    #[must_use]
    pub fn process(&self) -> &Process {
        &self.process
    }

    /// Its process, to stop or kill it.
    pub fn process_mut(&mut self) -> &mut Process {
        &mut self.process
    }
}

fn command(options: &HostOptions, address: SocketAddr) -> anyhow::Result<Command> {
    let mut command = Command::new(match &options.program {
        Some(program) => program.clone(),
        None => program()?,
    });
    let wasi = options.wasi.map_or_else(Wasi::wanted, Ok)?;
    command
        .arg("up")
        .arg("--from")
        .arg(wasi.manifest(&options.root));
    command.arg("--listen").arg(address.to_string());
    command.arg("--state-dir").arg(&options.state_dir);
    if let Some(file) = &options.runtime_config {
        command.arg("--runtime-config-file").arg(file);
    }
    for (name, value) in &options.variables {
        command.arg("--variable").arg(format!("{name}={value}"));
    }
    command.current_dir(&options.root);
    Ok(command)
}

/// The host program: what `TODO_DEVHOST` names; otherwise `spin` on the PATH; otherwise the devhost that the build left
/// beside the running program.
fn program() -> anyhow::Result<PathBuf> {
    if let Some(devhost) = std::env::var_os("TODO_DEVHOST") {
        return Ok(devhost.into());
    }
    if let Some(spin) = on_path("spin") {
        return Ok(spin);
    }
    let here = std::env::current_exe().context("where does this program lie?")?;
    let built = here
        .ancestors()
        .map(|folder: &Path| folder.join("release/devhost"));
    let built = built.into_iter().find(|file| file.is_file());
    built.context("neither `spin` on the PATH nor a devhost: `cargo xtask build` makes one")
}
