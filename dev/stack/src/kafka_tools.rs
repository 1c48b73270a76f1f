//! Kafka's own command-line tools, so that a test reads what is in a topic without any code of ours in between.

use crate::record::{self, FIELD, HEADER, NULL, RECORD, Record};
use crate::run::{finished, output};
use anyhow::{Context, bail};
use std::path::PathBuf;
use std::process::Command;
use std::time::Duration;

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
        java.args([
            "-Xmx128m",
            "-XX:TieredStopAtLevel=1",
            "-XX:+UseSerialGC",
            "-Xshare:auto",
        ]);
        java.args(["-Dorg.slf4j.simpleLogger.defaultLogLevel=error", "-cp"])
            .arg(self.jars.join("*"))
            .arg(main);
        java
    }

    /// Makes each topic of `topics` (name, partitions) that is not there yet.
    ///
    /// # Errors
    /// When the broker refuses.
    pub fn create_topics(&self, topics: &[(&str, u32)]) -> anyhow::Result<()> {
        let create = |name: &str, partitions: u32| {
            let mut create = self.java("org.apache.kafka.tools.TopicCommand");
            create.args(["--bootstrap-server", &self.brokers, "--create"]);
            create.args(["--if-not-exists", "--topic", name]);
            create.args(["--replication-factor", "1"]);
            create.args(["--partitions", &partitions.to_string()]);
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

    /// Writes `records` (key, value) to `topic`, in this order, with Kafka's own producer. No value may have a line break.
    ///
    /// # Errors
    /// When the broker does not take them.
    pub fn produce(&self, topic: &str, records: &[(&str, &str)]) -> anyhow::Result<()> {
        let mut producer = self.java("org.apache.kafka.tools.ConsoleProducer");
        producer.args([
            "--bootstrap-server",
            &self.brokers,
            "--topic",
            topic,
            "--sync",
            "--property",
            "parse.key=true",
        ]);
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
    ///
    /// # Errors
    /// When the consumer cannot be started, or prints what cannot be read.
    pub fn read_all(&self, topic: &str, quiet: Duration) -> anyhow::Result<Vec<Record>> {
        self.consume(topic, quiet, None)
    }

    /// As [`KafkaTools::read_all`], and ends as soon as `count` records were read.
    ///
    /// # Errors
    /// As [`KafkaTools::read_all`].
    pub fn read(&self, topic: &str, count: usize, quiet: Duration) -> anyhow::Result<Vec<Record>> {
        self.consume(topic, quiet, Some(count))
    }

    fn consume(
        &self,
        topic: &str,
        quiet: Duration,
        count: Option<usize>,
    ) -> anyhow::Result<Vec<Record>> {
        let mut consumer = self.java("org.apache.kafka.tools.consumer.ConsoleConsumer");
        consumer.args([
            "--bootstrap-server",
            &self.brokers,
            "--topic",
            topic,
            "--from-beginning",
        ]);
        consumer.args(["--timeout-ms", &quiet.as_millis().to_string()]);
        if let Some(count) = count {
            consumer.args(["--max-messages", &count.to_string()]);
        }
        for field in ["partition", "offset", "headers", "key", "value"] {
            consumer.args(["--property", &format!("print.{field}=true")]);
        }
        for (name, value) in [("key", FIELD), ("headers", HEADER), ("line", RECORD)] {
            consumer.args(["--property", &format!("{name}.separator={value}")]);
        }
        consumer.args(["--property", &format!("null.literal={NULL}")]);
        let read = finished(&mut consumer, "").with_context(|| format!("cannot read {topic}"))?;
        let text = String::from_utf8(read.stdout).context("a record is not UTF-8")?;
        let mut records = text
            .split_terminator(RECORD)
            .map(record::parse)
            .collect::<anyhow::Result<Vec<_>>>()?;
        records.sort_by_key(|record| (record.partition, record.offset));
        Ok(records)
    }
}
