//! One replica as in the cluster: a host of the application and the sidecar beside it, each knowing the other's port.

use crate::{Daprd, DaprdOptions, Host, HostOptions, Wasi, free_port, wait_until};
use anyhow::Context;
use std::collections::BTreeMap;
use std::net::{Ipv4Addr, SocketAddr};
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

/// How long a host may take to end; what it leaves undone is in the outbox.
const STOP_GRACE: Duration = Duration::from_secs(5);

/// What a [`Replica`] runs, and where.
#[derive(Clone, Debug)]
pub struct ReplicaOptions {
    /// The folder of the repository.
    pub root: PathBuf,
    /// The host program, see [`HostOptions::program`].
    pub program: Option<PathBuf>,
    /// See [`HostOptions::wasi`].
    pub wasi: Option<Wasi>,
    /// The daprd program: [`crate::ensure_daprd`].
    pub daprd: PathBuf,
    /// The Kafka brokers, `host:port`.
    pub brokers: String,
    /// The PostgreSQL database, as a URL.
    pub database_url: String,
    /// The server in that URL, `host:port`: what the application is permitted to call.
    pub database_host: String,
    /// Where the host listens; `None` is a free port.
    pub listen: Option<SocketAddr>,
    /// Where the sidecar listens for the host; `None` is a free port.
    pub dapr_port: Option<u16>,
    /// The bearer token of `/ops`; empty leaves it closed.
    pub ops_token: String,
    /// Its state and logs; created when it is not there.
    pub folder: PathBuf,
}

/// A running replica. Its processes end when this value is dropped.
#[derive(Debug)]
pub struct Replica {
    // First, so that it goes first: a sidecar without its host would burn the retries of deliveries.
    daprd: Daprd,
    host: Option<Host>,
    host_options: HostOptions,
    address: SocketAddr,
}

impl Replica {
    /// Starts the host, then the sidecar, which is ready only when the broker answers. Gives up when `given_up` says so
    /// before the host answers.
    pub fn start(options: &ReplicaOptions, given_up: impl Fn() -> bool) -> anyhow::Result<Self> {
        let address = options
            .listen
            .unwrap_or_else(|| (Ipv4Addr::LOCALHOST, free_port()).into());
        let dapr_port = options.dapr_port.unwrap_or_else(free_port);
        let host_options = HostOptions {
            root: options.root.clone(),
            wasi: options.wasi,
            program: options.program.clone(),
            listen: Some(address),
            state_dir: options.folder.join("state"),
            runtime_config: None,
            variables: variables(options, dapr_port)?,
            log: options.folder.join("host.log"),
        };
        let host = Host::start_unless(&host_options, given_up)?;
        let daprd = Daprd::start(DaprdOptions {
            program: options.daprd.clone(),
            root: options.root.clone(),
            work_dir: options.folder.join("dapr"),
            brokers: options.brokers.clone(),
            app_port: address.port(),
            http_port: Some(dapr_port),
            app_api_token: String::new(),
            dapr_api_token: String::new(),
            log: options.folder.join("daprd.log"),
        })?;
        Ok(Self {
            daprd,
            host: Some(host),
            host_options,
            address,
        })
    }

    /// Where the host listens, now or after its next start.
    #[must_use]
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// The file with the output of the host and of the components.
    #[must_use]
    pub fn host_log(&self) -> &PathBuf {
        &self.host_options.log
    }

    /// How the host is started: for another one beside it, say, that differs in a variable.
    #[must_use]
    pub fn host_options(&self) -> &HostOptions {
        &self.host_options
    }

    /// The host's process, while it runs.
    #[must_use]
    pub fn host_process(&self) -> Option<&crate::Process> {
        self.host.as_ref().map(Host::process)
    }

    /// Ends the host at once (SIGKILL).
    pub fn kill_host(&mut self) {
        self.host = None;
    }

    /// Starts the host after its end, on the same address.
    pub fn start_host(&mut self) -> anyhow::Result<()> {
        self.host = None;
        self.host = Some(Host::start(&self.host_options)?);
        Ok(())
    }

    /// Whether the host runs.
    pub fn host_is_running(&mut self) -> bool {
        self.host
            .as_mut()
            .is_some_and(|host| host.process_mut().is_running())
    }

    /// The sidecar, to stop, kill or pause it.
    pub fn daprd(&mut self) -> &mut Daprd {
        &mut self.daprd
    }

    /// Starts the sidecar after its end. It ends by itself when the broker is away at its start, so it is tried again
    /// until `deadline` has passed.
    pub fn start_daprd(&mut self, deadline: Duration) -> anyhow::Result<()> {
        let start = Instant::now();
        loop {
            match self.daprd.start_again() {
                Err(_) if start.elapsed() < deadline => {
                    // Its ports may still be in the hands of the kernel.
                    let _ = wait_until(Duration::from_secs(1), "a pause", || false);
                }
                result => return result,
            }
        }
    }

    /// Ends both in good order: the sidecar first, with the deliveries at hand.
    pub fn stop(&mut self) {
        self.daprd.stop();
        if let Some(mut host) = self.host.take() {
            host.process_mut().stop(STOP_GRACE);
        }
    }
}

/// Every variable of the application: as the stack decides, or its default. Those that are not given here Spin looks for in the
/// environment, for each instance anew, and each look costs a change of threads.
fn variables(options: &ReplicaOptions, dapr_port: u16) -> anyhow::Result<Vec<(String, String)>> {
    let mut variables = defaults(&Wasi::V02.manifest(&options.root))?;
    let dapr_url = format!("http://127.0.0.1:{dapr_port}");
    let values = [
        ("event_bus", "dapr"),
        ("auth", "off"),
        ("dapr_url", &dapr_url),
        ("database_url", &options.database_url),
        ("database_host", &options.database_host),
        ("ops_token", &options.ops_token),
    ];
    let owned = |(name, value): (&str, &str)| (name.to_owned(), value.to_owned());
    variables.extend(values.map(owned));
    Ok(variables.into_iter().collect())
}

/// The variables of the manifest that have a default.
fn defaults(manifest: &Path) -> anyhow::Result<BTreeMap<String, String>> {
    let text = std::fs::read_to_string(manifest)
        .with_context(|| format!("cannot read {}", manifest.display()))?;
    let manifest: toml::Table = text.parse()?;
    let variables = manifest.get("variables").and_then(toml::Value::as_table);
    let with_default = variables
        .into_iter()
        .flatten()
        .filter_map(|(name, variable)| {
            let default = variable.get("default")?.as_str()?;
            Some((name.clone(), default.to_owned()))
        });
    Ok(with_default.collect())
}
