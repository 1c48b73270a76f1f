//! The application on the whole stack, and what is asked of its database.

use anyhow::Context;
use stack::{DATABASE, FullStack, FullStackOptions, Ports, Wasi};
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

/// What nobody has published yet.
const PENDING: &str = "SELECT count(*) FROM outbox WHERE published_at IS NULL AND dead_at IS NULL";

/// The longest that publishing what is there may take.
const DELIVERY: Duration = Duration::from_secs(300);

/// How a stack is started.
#[derive(Clone, Debug)]
pub(crate) struct Setting {
    pub(crate) root: PathBuf,
    /// Emptied before.
    pub(crate) folder: PathBuf,
    pub(crate) program: PathBuf,
    pub(crate) wasi: Wasi,
    pub(crate) durable: bool,
}

/// PostgreSQL, Kafka, daprd and one host.
#[derive(Debug)]
pub(crate) struct Ours(pub(crate) FullStack);

impl Ours {
    pub(crate) fn start(setting: &Setting) -> anyhow::Result<Self> {
        empty(&setting.folder)?;
        let options = FullStackOptions {
            root: setting.root.clone(),
            program: Some(setting.program.clone()),
            wasi: Some(setting.wasi),
            folder: setting.folder.clone(),
            listen: None,
            ports: Ports::default(),
            ops_token: String::new(),
            brokers: 1,
            durable: setting.durable,
        };
        FullStack::start(options, || false).map(Self)
    }

    /// What the application's database answers.
    pub(crate) fn sql(&self, sql: &str) -> anyhow::Result<String> {
        self.0.postgres.query(DATABASE, sql)
    }

    pub(crate) fn number(&self, sql: &str) -> anyhow::Result<usize> {
        let answer = self.sql(sql)?;
        answer
            .trim()
            .parse()
            .with_context(|| format!("{sql}: {answer}"))
    }

    /// Where the host listens, and its process.
    pub(crate) fn host(&self) -> anyhow::Result<(std::net::SocketAddr, u32)> {
        let replica = self.0.replicas.first().context("no replica")?;
        let process = replica.host_process().context("no host")?;
        Ok((replica.address(), process.id()))
    }

    /// Waits until everything in the outbox is published.
    pub(crate) fn wait_until_delivered(&self) -> anyhow::Result<()> {
        let begun = Instant::now();
        loop {
            let pending = self.number(PENDING)?;
            if pending == 0 {
                return Ok(());
            }
            anyhow::ensure!(
                begun.elapsed() < DELIVERY,
                "{pending} events are not published after {DELIVERY:?}"
            );
            std::thread::sleep(Duration::from_millis(50));
        }
    }

    /// Takes every lease of publishing, once nothing is left to be published, so that the hosts leave publishing to another.
    pub(crate) fn hold_publishing(&self) -> anyhow::Result<()> {
        self.wait_until_delivered()?;
        // A drain that still has a lease renews it by its owner's name, and so loses it here.
        self.sql("UPDATE outbox_shards SET owner = 'bench', expires_at = 'infinity'")
            .map(drop)
    }

    /// Gives the leases back.
    pub(crate) fn release_publishing(&self) -> anyhow::Result<()> {
        self.sql("UPDATE outbox_shards SET owner = '', expires_at = '-infinity'")
            .map(drop)
    }
}

/// Makes an empty folder.
pub(crate) fn empty(folder: &Path) -> anyhow::Result<()> {
    if folder.exists() {
        std::fs::remove_dir_all(folder)
            .with_context(|| format!("cannot empty {}", folder.display()))?;
    }
    std::fs::create_dir_all(folder).with_context(|| format!("cannot make {}", folder.display()))
}
