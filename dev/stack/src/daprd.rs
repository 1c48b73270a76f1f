//! The Dapr sidecar on this machine, with the components of k8s/dapr-components.

use crate::components;
use crate::service::Service;
use crate::{Process, free_port, get_status};
use anyhow::Context;
use std::fs;
use std::net::{Ipv4Addr, SocketAddr};
use std::path::PathBuf;
use std::process::Command;
use std::time::Duration;

const START_DEADLINE: Duration = Duration::from_secs(60);

/// Above the sidecar's own grace for deliveries at hand.
const STOP_GRACE: Duration = Duration::from_secs(30);

/// Chooses the resolver that dev/daprd adds: without it daprd announces itself on every network interface.
const CONFIGURATION: &str = "\
apiVersion: dapr.io/v1alpha1
kind: Configuration
metadata:
  name: local
spec:
  nameResolution:
    component: nameformat
    version: v1
    configuration:
      format: \"{appid}.localhost\"
";

/// What a [`Daprd`] runs, and where.
#[derive(Clone, Debug)]
pub struct DaprdOptions {
    /// The program: [`crate::ensure_daprd`].
    pub program: PathBuf,
    /// The folder of the repository, for k8s/dapr-components.
    pub root: PathBuf,
    /// Where its copies of the components go; emptied first.
    pub work_dir: PathBuf,
    /// The Kafka brokers, `host:port`.
    pub brokers: String,
    /// Where the application listens on 127.0.0.1. daprd is ready only once it does.
    pub app_port: u16,
    /// Where daprd listens for the application; `None` is a free port.
    pub http_port: Option<u16>,
    /// What daprd sends to the application as `dapr-api-token`; empty is nothing.
    pub app_api_token: String,
    /// What callers of daprd must send as `dapr-api-token`; empty is nothing.
    pub dapr_api_token: String,
    /// Where its output goes.
    pub log: PathBuf,
}

/// A sidecar. It ends when this value is dropped.
#[derive(Debug)]
pub struct Daprd {
    options: DaprdOptions,
    http_port: u16,
    grpc_port: u16,
    internal_port: u16,
    service: Service,
}

impl Daprd {
    /// Starts the sidecar and waits until it is ready: the broker is connected and the application listens.
    pub fn start(options: DaprdOptions) -> anyhow::Result<Self> {
        let http_port = options.http_port.unwrap_or_else(free_port);
        let mut daprd = Self {
            service: Service::new("daprd", options.log.clone()),
            options,
            http_port,
            grpc_port: free_port(),
            internal_port: free_port(),
        };
        daprd.configure()?;
        daprd.start_again()?;
        Ok(daprd)
    }

    /// Starts it after [`Daprd::stop`] or [`Daprd::kill`], with the same components and ports.
    pub fn start_again(&mut self) -> anyhow::Result<()> {
        let (command, address) = (self.command(), self.address());
        self.service
            .start(command, START_DEADLINE, || is_ready(address))
    }

    /// Ends it as Kubernetes would (SIGTERM), deliveries at hand first; false when it had to be killed.
    pub fn stop(&mut self) -> bool {
        self.service.stop(STOP_GRACE)
    }

    /// Ends it at once, as a crash would (SIGKILL).
    pub fn kill(&mut self) {
        self.service.kill();
    }

    /// Its process, while it runs: to pause it.
    #[must_use]
    pub fn process(&self) -> Option<&Process> {
        self.service.process()
    }

    /// Where the application calls it.
    #[must_use]
    pub fn url(&self) -> String {
        format!("http://{}", self.address())
    }

    /// Where the application calls it.
    #[must_use]
    pub fn address(&self) -> SocketAddr {
        (Ipv4Addr::LOCALHOST, self.http_port).into()
    }

    /// Whether it says that it is ready.
    #[must_use]
    pub fn is_ready(&self) -> bool {
        is_ready(self.address())
    }

    /// Whether its process has not ended.
    pub fn is_running(&mut self) -> bool {
        self.service.is_running()
    }

    fn resources(&self) -> PathBuf {
        self.options.work_dir.join("resources")
    }

    fn configuration(&self) -> PathBuf {
        self.options.work_dir.join("configuration.yaml")
    }

    fn configure(&self) -> anyhow::Result<()> {
        let from = self.options.root.join("k8s/dapr-components");
        components::copy_for_this_machine(&from, &self.resources(), &self.options.brokers)?;
        fs::write(self.configuration(), CONFIGURATION).context("cannot write daprd's configuration")
    }

    fn command(&self) -> Command {
        let mut daprd = Command::new(&self.options.program);
        let words = format!(
            "--app-id todo-backend --app-protocol http --app-channel-address 127.0.0.1 --app-port {} \
             --dapr-listen-addresses 127.0.0.1 --dapr-internal-grpc-listen-address 127.0.0.1 \
             --dapr-http-port {} --dapr-grpc-port {} --dapr-internal-grpc-port {} --enable-metrics=false",
            self.options.app_port, self.http_port, self.grpc_port, self.internal_port
        );
        daprd.args(words.split(' '));
        // As in k8s/app/spinapp.yaml.
        daprd.args("--max-body-size 8Mi --dapr-graceful-shutdown-seconds 20".split(' '));
        daprd
            .arg("--resources-path")
            .arg(self.resources())
            .arg("--config")
            .arg(self.configuration());
        // Otherwise it asks the network which address it has.
        daprd.env("DAPR_HOST_IP", "127.0.0.1");
        for (name, token) in [
            ("APP_API_TOKEN", &self.options.app_api_token),
            ("DAPR_API_TOKEN", &self.options.dapr_api_token),
        ] {
            if token.is_empty() {
                daprd.env_remove(name)
            } else {
                daprd.env(name, token)
            };
        }
        daprd
    }
}

fn is_ready(address: SocketAddr) -> bool {
    get_status(address, "/v1.0/healthz") == Some(204)
}
