//! Kafka's own command-line tools, so that a test reads what is in a topic without any code of ours in between.

use crate::record::{self, FIELD, HEADER, NULL, RECORD, Record};
use crate::run::{finished, output};
use anyhow::{Context, bail};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

/// Kafka wants 16 bytes in base64. No two clusters of ours know each other, so all may have the same.
const CLUSTER_ID: &str = "dG9kby1iYWNrZW5kLWRldg";

/// The tools, for one broker.
#[derive(Clone, Debug)]
pub struct KafkaTools {
    jars: PathBuf,
    brokers: String,
}

impl KafkaTools {
    pub(crate) fn new(jars: PathBuf, port: u16) -> Self {
        Self {
            jars,
            brokers: format!("127.0.0.1:{port}"),
        }
    }

    /// Java with Kafka's jars, about to run the class `main`.
    pub(crate) fn java(&self, main: &str) -> Command {
        let mut java = Command::new("java");
        // A tool lives for a second or two: compile little, and say only what went wrong.
        java.args("-Xmx128m -XX:TieredStopAtLevel=1 -XX:+UseSerialGC -Xshare:auto".split(' '));
        java.args(["-Dorg.slf4j.simpleLogger.defaultLogLevel=error", "-cp"])
            .arg(self.jars.join("*"))
            .arg(main);
        java
    }

    /// Makes each topic of `topics` (name, partitions) that is not there yet.
    pub fn create_topics(&self, topics: &[(&str, u32)]) -> anyhow::Result<()> {
        let create = |name: &str, partitions: u32| {
            let mut create = self.java("org.apache.kafka.tools.TopicCommand");
            let words = format!(
                "--bootstrap-server {} --create --if-not-exists --topic {name} --replication-factor 1 \
                 --partitions {partitions}",
                self.brokers
            );
            create.args(words.split(' '));
            output(&mut create).with_context(|| format!("cannot create the topic {name}"))
        };
        // All at once: each is mostly the start of a Java machine.
        std::thread::scope(|scope| {
            let all = topics
                .iter()
                .map(|(name, partitions)| scope.spawn(|| create(name, *partitions)));
            let all: Vec<_> = all.collect();
            all.into_iter().try_for_each(|one| match one.join() {
                Ok(created) => created.map(drop),
                Err(_) => bail!("creating a topic panicked"),
            })
        })
    }

    /// Has the broker stamp the records of `topic` when it takes them, instead of the producer when it makes them.
    pub fn stamp_by_broker(&self, topic: &str) -> anyhow::Result<()> {
        let mut change = self.java("kafka.admin.ConfigCommand");
        let words = format!(
            "--bootstrap-server {} --alter --entity-type topics --entity-name {topic} \
             --add-config message.timestamp.type=LogAppendTime",
            self.brokers
        );
        change.args(words.split(' '));
        finished(&mut change, "")
            .map(drop)
            .with_context(|| format!("cannot configure the topic {topic}"))
    }

    /// Writes `records` (key, value) to `topic`, in this order, with Kafka's own producer. No value may have a line break.
    pub fn produce(&self, topic: &str, records: &[(&str, &str)]) -> anyhow::Result<()> {
        let mut producer = self.java("org.apache.kafka.tools.ConsoleProducer");
        let brokers = &self.brokers;
        let words = format!(
            "--bootstrap-server {brokers} --topic {topic} --sync --property parse.key=true"
        );
        producer.args(words.split(' '));
        producer.args(["--property", &format!("key.separator={FIELD}")]);
        let lines: String = records
            .iter()
            .map(|(key, value)| format!("{key}{FIELD}{value}\n"))
            .collect();
        let written = finished(&mut producer, &lines);
        let written = written.with_context(|| format!("cannot write to {topic}"))?;
        // The producer tells of a record that was refused, and calls it a success.
        let errors = String::from_utf8_lossy(&written.stderr);
        if errors.contains("Exception") {
            bail!("cannot write to {topic}: {}", errors.trim());
        }
        Ok(())
    }

    /// Every record of `topic` from the beginning, by partition and offset. Ends when none comes for `quiet`, so it must be
    /// longer than any pause between two records that are still to come.
    pub fn read_all(&self, topic: &str, quiet: Duration) -> anyhow::Result<Vec<Record>> {
        self.consume(topic, quiet, None)
    }

    /// As [`KafkaTools::read_all`], and ends as soon as `count` records were read.
    pub fn read(&self, topic: &str, count: usize, quiet: Duration) -> anyhow::Result<Vec<Record>> {
        self.consume(topic, quiet, Some(count))
    }

    fn consume(
        &self,
        topic: &str,
        quiet: Duration,
        count: Option<usize>,
    ) -> anyhow::Result<Vec<Record>> {
        let mut consumer = self.consumer(topic);
        consumer.args(["--timeout-ms", &quiet.as_millis().to_string()]);
        if let Some(count) = count {
            consumer.args(["--max-messages", &count.to_string()]);
        }
        let read = finished(&mut consumer, "").with_context(|| format!("cannot read {topic}"))?;
        let text = String::from_utf8(read.stdout).context("a record is not UTF-8")?;
        let mut records = text
            .split_terminator(RECORD)
            .map(record::parse)
            .collect::<anyhow::Result<Vec<_>>>()?;
        records.sort_by_key(|record| (record.partition, record.offset));
        Ok(records)
    }

    /// A consumer of all that `topic` has, which prints each record as [`record::parse`] reads it.
    pub(crate) fn consumer(&self, topic: &str) -> Command {
        let mut consumer = self.java("org.apache.kafka.tools.consumer.ConsoleConsumer");
        consumer.args([
            "--bootstrap-server",
            &self.brokers,
            "--topic",
            topic,
            "--from-beginning",
        ]);
        for field in [
            "timestamp",
            "partition",
            "offset",
            "headers",
            "key",
            "value",
        ] {
            consumer.args(["--property", &format!("print.{field}=true")]);
        }
        for (name, value) in [("key", FIELD), ("headers", HEADER), ("line", RECORD)] {
            consumer.args(["--property", &format!("{name}.separator={value}")]);
        }
        consumer.args(["--property", &format!("null.literal={NULL}")]);
        consumer
    }

    /// Makes the topic in which consumer groups keep their offsets, so that the brokers of this moment have it.
    pub(crate) fn create_offsets_topic(&self) -> anyhow::Result<()> {
        let mut create = self.java("org.apache.kafka.tools.TopicCommand");
        let words = format!(
            "--bootstrap-server {} --create --if-not-exists --topic __consumer_offsets --replication-factor 1 \
             --partitions 5 --config cleanup.policy=compact",
            self.brokers
        );
        create.args(words.split(' '));
        finished(&mut create, "")
            .map(drop)
            .context("cannot create the topic of offsets")
    }

    /// The ports of the brokers that the controller has let in.
    pub(crate) fn brokers_known(&self) -> anyhow::Result<Vec<u16>> {
        let mut versions = self.java("org.apache.kafka.tools.BrokerApiVersionsCommand");
        versions.args(["--bootstrap-server", &self.brokers]);
        let output = finished(&mut versions, "")?;
        let text = String::from_utf8_lossy(&output.stdout).into_owned();
        // `127.0.0.1:9092 (id: 1 rack: null isFenced: false) -> (`
        let lines = text
            .lines()
            .filter(|line| line.contains("(id: ") && !line.contains("isFenced: true"));
        let ports = lines.filter_map(|line| line.split([':', ' ']).nth(1)?.parse().ok());
        Ok(ports.collect())
    }

    /// Formats the folder that the configuration in `properties` names.
    pub(crate) fn format(&self, properties: &Path) -> anyhow::Result<()> {
        let mut format = self.java("kafka.tools.StorageTool");
        format
            .args(["format", "-t", CLUSTER_ID, "-c"])
            .arg(properties);
        finished(&mut format, "")
            .map(drop)
            .context("cannot format Kafka's folder")
    }

    pub(crate) fn jars(&self) -> &Path {
        &self.jars
    }
}
