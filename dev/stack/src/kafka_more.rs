//! A further Kafka broker: no controller, and a share of the partitions, so that killing it leaves these without a leader.

use crate::kafka_tools::KafkaTools;
use crate::service::Service;
use crate::{Process, free_port, wait_until};
use anyhow::Context;
use std::fs;
use std::net::{Ipv4Addr, SocketAddr, TcpStream};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

const START_DEADLINE: Duration = Duration::from_secs(90);
const STOP_GRACE: Duration = Duration::from_secs(30);

/// One more broker of a cluster whose controller is another process. It ends when this value is dropped.
#[derive(Debug)]
pub struct KafkaBroker {
    port: u16,
    server: fn(&Path, &Path) -> Command,
    jars: PathBuf,
    properties: PathBuf,
    service: Service,
}

impl KafkaBroker {
    /// Formats its folder if it is new, starts it and waits until the cluster has it. `configuration` is the first broker's,
    /// `folder` is this one's own.
    pub(crate) fn start(
        tools: &KafkaTools,
        server: fn(&Path, &Path) -> Command,
        configuration: &str,
        node: u32,
        folder: &Path,
    ) -> anyhow::Result<Self> {
        let properties = folder.join("server.properties");
        let port = free_port();
        let text = further(configuration, node, port, &folder.join("records"))?;
        fs::create_dir_all(folder)?;
        fs::write(&properties, text)?;
        if !folder.join("records/meta.properties").is_file() {
            tools.format(&properties)?;
        }
        let mut broker = Self {
            port,
            server,
            jars: tools.jars().to_owned(),
            properties,
            service: Service::new("a further Kafka broker", folder.with_extension("log")),
        };
        broker.start_again()?;
        wait_until(
            START_DEADLINE,
            "the broker to be in the cluster",
            || matches!(tools.brokers_known(), Ok(known) if known.contains(&port)),
        )?;
        Ok(broker)
    }

    /// Starts it after [`KafkaBroker::stop`] or [`KafkaBroker::kill`], on the same records and port.
    pub fn start_again(&mut self) -> anyhow::Result<()> {
        let address = SocketAddr::from((Ipv4Addr::LOCALHOST, self.port));
        let open = || TcpStream::connect_timeout(&address, Duration::from_secs(1)).is_ok();
        let command = (self.server)(&self.jars, &self.properties);
        self.service.start(command, START_DEADLINE, open)
    }

    /// Where clients connect.
    #[must_use]
    pub fn port(&self) -> u16 {
        self.port
    }

    /// Ends it as an operator would (SIGTERM); false when it had to be killed.
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

    /// Whether its process has not ended.
    pub fn is_running(&mut self) -> bool {
        self.service.is_running()
    }
}

/// The first broker's configuration, changed to that of another node which is no controller.
fn further(first: &str, node: u32, port: u16, records: &Path) -> anyhow::Result<String> {
    let mut text = String::new();
    let mut changed = 0;
    for line in first.lines() {
        let name = line.split('=').next().unwrap_or_default();
        let value = match name {
            "process.roles" => "broker".to_owned(),
            "node.id" => node.to_string(),
            "listeners" | "advertised.listeners" => format!("CLIENTS://127.0.0.1:{port}"),
            "log.dirs" => records.display().to_string(),
            _ => {
                text.push_str(line);
                text.push('\n');
                continue;
            }
        };
        changed += 1;
        text.push_str(&format!("{name}={value}\n"));
    }
    (changed == 5)
        .then_some(text)
        .context("Kafka's configuration is not in the expected form")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_further_broker_differs_in_what_a_node_has_of_its_own() {
        let first = Path::new(env!("CARGO_MANIFEST_DIR")).join("../kafka/server.properties");
        let first = fs::read_to_string(first).unwrap();
        let text = further(&first, 2, 7, Path::new("/r")).unwrap();
        for line in [
            "process.roles=broker\n",
            "node.id=2\n",
            "\nlisteners=CLIENTS://127.0.0.1:7\n",
            "advertised.listeners=CLIENTS://127.0.0.1:7\n",
            "log.dirs=/r\n",
            "controller.quorum.voters=1@",
        ] {
            assert!(text.contains(line), "{line} in {text}");
        }
        assert_eq!(text.lines().count(), first.lines().count());
    }
}
