//! One Kafka broker on this machine: KRaft, one Java process, two ports on 127.0.0.1.

use crate::kafka_more::KafkaBroker;
use crate::kafka_tools::KafkaTools;
use crate::service::Service;
use crate::{Process, free_port};
use anyhow::Context;
use std::fs;
use std::net::{Ipv4Addr, SocketAddr, TcpStream};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

const START_DEADLINE: Duration = Duration::from_secs(90);
const STOP_GRACE: Duration = Duration::from_secs(30);

/// The application's topics and their partitions, as in k8s/kafka/strimzi/kafka-topics.yaml.
pub const TOPICS: [(&str, u32); 3] = [("tasks", 24), ("reminders", 24), ("tasks-dlq", 1)];

/// What a [`Kafka`] runs, and where.
#[derive(Clone, Debug)]
pub struct KafkaOptions {
    /// The folder of the jars: [`crate::ensure_kafka`].
    pub jars: PathBuf,
    /// The folder of the repository, for dev/kafka/server.properties.
    pub root: PathBuf,
    /// Where the records are; created when it is not there.
    pub data_dir: PathBuf,
    /// Where clients connect; `None` is a free port.
    pub port: Option<u16>,
    /// How many brokers the cluster has; the partitions are spread over them, one replica each.
    pub brokers: u32,
    /// Where its output goes.
    pub log: PathBuf,
}

/// A Kafka broker. It ends when this value is dropped.
#[derive(Debug)]
pub struct Kafka {
    options: KafkaOptions,
    port: u16,
    controller_port: u16,
    tools: KafkaTools,
    service: Service,
    more: Vec<KafkaBroker>,
}

impl Kafka {
    /// Formats the data folder if it is new, starts the broker, waits until it answers and makes the topics of [`TOPICS`].
    pub fn start(options: KafkaOptions) -> anyhow::Result<Self> {
        let port = options.port.unwrap_or_else(free_port);
        let tools = KafkaTools::new(options.jars.clone(), port);
        let mut kafka = Self {
            service: Service::new("Kafka", options.log.clone()),
            more: Vec::new(),
            options,
            port,
            controller_port: free_port(),
            tools,
        };
        kafka.configure()?;
        kafka.start_again()?;
        kafka.start_more()?;
        kafka.tools.create_topics(&TOPICS)?;
        Ok(kafka)
    }

    fn start_more(&mut self) -> anyhow::Result<()> {
        if self.options.brokers > 1 {
            // Before there is a second one: its end is to be felt by partitions, not by whole consumer groups, whose offsets
            // have several replicas in a cluster.
            self.tools.create_offsets_topic()?;
        }
        let configuration = fs::read_to_string(self.properties())?;
        for node in 2..=self.options.brokers {
            let folder = self.options.data_dir.join(format!("broker-{node}"));
            let broker = KafkaBroker::start(&self.tools, server, &configuration, node, &folder)?;
            self.more.push(broker);
        }
        Ok(())
    }

    /// The further brokers, to stop, kill or pause them.
    pub fn more(&mut self) -> &mut [KafkaBroker] {
        &mut self.more
    }

    /// Starts the broker after [`Kafka::stop`] or [`Kafka::kill`], on the same records and ports.
    pub fn start_again(&mut self) -> anyhow::Result<()> {
        let address = SocketAddr::from((Ipv4Addr::LOCALHOST, self.port));
        let open = || TcpStream::connect_timeout(&address, Duration::from_secs(1)).is_ok();
        let command = server(&self.options.jars, &self.properties());
        self.service.start(command, START_DEADLINE, open)
    }

    /// Ends it as an operator would (SIGTERM); false when it had to be killed.
    pub fn stop(&mut self) -> bool {
        let more = self.more.iter_mut().all(KafkaBroker::stop);
        self.service.stop(STOP_GRACE) && more
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

    /// Where clients connect, `host:port`, with commas between several.
    #[must_use]
    pub fn brokers(&self) -> String {
        let more = self.more.iter().map(KafkaBroker::port);
        let all = std::iter::once(self.port).chain(more);
        let all: Vec<String> = all.map(|port| format!("127.0.0.1:{port}")).collect();
        all.join(",")
    }

    /// Kafka's own command-line tools for this broker.
    #[must_use]
    pub fn tools(&self) -> &KafkaTools {
        &self.tools
    }

    /// Whether its process has not ended.
    pub fn is_running(&mut self) -> bool {
        self.service.is_running()
    }

    fn properties(&self) -> PathBuf {
        self.options.data_dir.join("server.properties")
    }

    fn records(&self) -> PathBuf {
        self.options.data_dir.join("records")
    }

    /// Writes the configuration, and formats the folder when it is new.
    fn configure(&self) -> anyhow::Result<()> {
        let template = self.options.root.join("dev/kafka/server.properties");
        let text = fs::read_to_string(&template)
            .with_context(|| format!("cannot read {}", template.display()))?;
        let text = text
            .replace("{port}", &self.port.to_string())
            .replace("{controller_port}", &self.controller_port.to_string())
            .replace("{data_dir}", &self.records().display().to_string());
        fs::create_dir_all(&self.options.data_dir)?;
        fs::write(self.properties(), text)?;
        if self.records().join("meta.properties").is_file() {
            return Ok(());
        }
        self.tools.format(&self.properties())
    }
}

fn server(jars: &Path, properties: &Path) -> Command {
    let mut server = Command::new("java");
    server.args("-Xms128m -Xmx512m -Dorg.slf4j.simpleLogger.showDateTime=true".split(' '));
    server.arg("-Dorg.slf4j.simpleLogger.dateTimeFormat=HH:mm:ss.SSS");
    server.arg("-cp").arg(jars.join("*"));
    server.arg("kafka.Kafka").arg(properties);
    server
}
