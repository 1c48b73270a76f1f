//! A topic read as it grows, by Kafka's own console consumer in a process that goes on.

use crate::record::{self, RECORD, Record};
use crate::{KafkaTools, Process};
use anyhow::Context;
use std::collections::BTreeSet;
use std::fs::{self, File};
use std::io::{Read, Seek, SeekFrom};
use std::path::{Path, PathBuf};
use std::process::Command;

/// Everything that a topic has had since the beginning; each record once, in the order of its partition.
#[derive(Debug)]
pub struct Follower {
    tools: KafkaTools,
    topic: String,
    folder: PathBuf,
    consumer: Process,
    starts: u32,
    read: u64,
    rest: Vec<u8>,
    /// Partition and offset of what was read.
    seen: BTreeSet<(u32, u64)>,
}

impl Follower {
    /// Starts to read `topic`; what the consumer prints goes to `folder`.
    pub fn start(tools: &KafkaTools, topic: &str, folder: &Path) -> anyhow::Result<Self> {
        fs::create_dir_all(folder)?;
        Ok(Self {
            tools: tools.clone(),
            topic: topic.to_owned(),
            folder: folder.to_owned(),
            consumer: consumer(tools, topic, folder, 0)?,
            starts: 0,
            read: 0,
            rest: Vec::new(),
            seen: BTreeSet::new(),
        })
    }

    /// Takes in what has come since the last look; the new records in the order in which they were read.
    pub fn poll(&mut self) -> anyhow::Result<Vec<Record>> {
        let new = self.take()?;
        if !self.consumer.is_running() {
            // It gives up when a broker is away for long. What it reads again is known by partition and offset.
            self.starts += 1;
            self.consumer = consumer(&self.tools, &self.topic, &self.folder, self.starts)?;
            self.read = 0;
            self.rest.clear();
        }
        Ok(new)
    }

    fn take(&mut self) -> anyhow::Result<Vec<Record>> {
        let mut file = File::open(printed(&self.folder, &self.topic, self.starts))?;
        file.seek(SeekFrom::Start(self.read))?;
        self.read += file.read_to_end(&mut self.rest)? as u64;
        let end = RECORD.as_bytes();
        let mut new = Vec::new();
        while let Some(at) = self.rest.windows(end.len()).position(|bytes| bytes == end) {
            let line: Vec<u8> = self.rest.drain(..at + end.len()).take(at).collect();
            let line = String::from_utf8(line).context("a record is not UTF-8")?;
            let record = record::parse(&line)?;
            if self.seen.insert((record.partition, record.offset)) {
                new.push(record);
            }
        }
        Ok(new)
    }
}

fn printed(folder: &Path, topic: &str, start: u32) -> PathBuf {
    folder.join(format!("{topic}-{start}.records"))
}

fn consumer(tools: &KafkaTools, topic: &str, folder: &Path, start: u32) -> anyhow::Result<Process> {
    let java = tools.consumer(topic);
    let printed = printed(folder, topic, start);
    File::create(&printed)?;
    // The records apart from what the consumer says of itself.
    let mut shell = Command::new("sh");
    shell.args(["-c", "file=$1; shift; exec \"$@\" >\"$file\"", "sh"]);
    shell
        .arg(printed)
        .arg(java.get_program())
        .args(java.get_args());
    Process::spawn(
        "the console consumer",
        shell,
        &folder.join(format!("{topic}.log")),
    )
}
