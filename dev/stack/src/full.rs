//! The whole stack: PostgreSQL with the schema, Kafka with the topics, and a first replica of the application.

use crate::{
    GivenUp, Kafka, KafkaOptions, Postgres, PostgresOptions, Replica, ReplicaOptions, Wasi,
    ensure_daprd, ensure_kafka, ensure_postgres,
};
use anyhow::Context;
use std::fs;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};

/// The application's database.
pub const DATABASE: &str = "todo";

/// What a [`FullStack`] runs, and where.
#[derive(Clone, Debug)]
pub struct FullStackOptions {
    /// The folder of the repository.
    pub root: PathBuf,
    /// The host program, see [`crate::HostOptions::program`].
    pub program: Option<PathBuf>,
    /// See [`crate::HostOptions::wasi`].
    pub wasi: Option<Wasi>,
    /// Everything that the stack writes; what is there from an earlier run is used again.
    pub folder: PathBuf,
    /// Where the first host listens; `None` is a free port.
    pub listen: Option<SocketAddr>,
    /// Where PostgreSQL, Kafka and the first sidecar listen; `None` is a free port.
    pub ports: Ports,
    /// The bearer token of `/ops`; empty leaves it closed.
    pub ops_token: String,
    /// How many brokers Kafka has.
    pub brokers: u32,
    /// Whether the database survives the loss of power, see [`PostgresOptions::durable`].
    pub durable: bool,
}

/// Ports on 127.0.0.1; `None` is a free one.
#[derive(Clone, Copy, Debug, Default)]
pub struct Ports {
    /// PostgreSQL.
    pub postgres: Option<u16>,
    /// Kafka, for its clients.
    pub kafka: Option<u16>,
    /// The sidecar, for the application.
    pub dapr: Option<u16>,
}

/// A running stack. Its processes end when this value is dropped, in the order of the fields.
#[derive(Debug)]
pub struct FullStack {
    /// Hosts with their sidecars, all on one database and one broker.
    pub replicas: Vec<Replica>,
    /// The broker.
    pub kafka: Kafka,
    /// The database server.
    pub postgres: Postgres,
    options: FullStackOptions,
    daprd: PathBuf,
}

impl FullStack {
    /// Installs what is missing, and starts everything in the order of what needs what. Gives up when `given_up` says
    /// so: at once while something is installed, otherwise between two steps.
    pub fn start(options: FullStackOptions, given_up: impl Fn() -> bool) -> anyhow::Result<Self> {
        let check = || {
            anyhow::ensure!(!given_up(), "the start was given up");
            anyhow::Ok(())
        };
        let programs = ensure_postgres(&given_up)?;
        let jars = ensure_kafka(&options.root, &given_up)?;
        let daprd = ensure_daprd(&options.root, &given_up)?;
        check()?;
        fs::create_dir_all(&options.folder)
            .with_context(|| format!("cannot make {}", options.folder.display()))?;
        let postgres = Postgres::start(PostgresOptions {
            programs,
            data_dir: options.folder.join("postgres"),
            port: options.ports.postgres,
            durable: options.durable,
            log: options.folder.join("postgres.log"),
        })?;
        migrate(&options.root, &postgres, &given_up)?;
        check()?;
        let kafka = Kafka::start(KafkaOptions {
            jars,
            root: options.root.clone(),
            data_dir: options.folder.join("kafka"),
            port: options.ports.kafka,
            brokers: options.brokers,
            log: options.folder.join("kafka.log"),
        })?;
        check()?;
        let mut stack = Self {
            replicas: Vec::new(),
            kafka,
            postgres,
            options,
            daprd,
        };
        stack.replicas.push(Replica::start(
            &ReplicaOptions {
                listen: stack.options.listen,
                dapr_port: stack.options.ports.dapr,
                ..stack.replica_options()
            },
            given_up,
        )?);
        Ok(stack)
    }

    /// Starts one more replica, on free ports.
    pub fn add_replica(&mut self) -> anyhow::Result<()> {
        let replica = Replica::start(&self.replica_options(), || false)?;
        self.replicas.push(replica);
        Ok(())
    }

    /// Where the stack writes.
    #[must_use]
    pub fn folder(&self) -> &Path {
        &self.options.folder
    }

    /// Ends everything in good order.
    pub fn stop(mut self) -> anyhow::Result<()> {
        for replica in &mut self.replicas {
            replica.stop();
        }
        self.kafka.stop();
        self.postgres.stop()
    }

    fn replica_options(&self) -> ReplicaOptions {
        ReplicaOptions {
            root: self.options.root.clone(),
            program: self.options.program.clone(),
            wasi: self.options.wasi,
            daprd: self.daprd.clone(),
            brokers: self.kafka.brokers(),
            database_url: self.postgres.url(DATABASE),
            database_host: format!("127.0.0.1:{}", self.postgres.port()),
            listen: None,
            dapr_port: None,
            ops_token: self.options.ops_token.clone(),
            folder: self
                .options
                .folder
                .join(format!("replica-{}", self.replicas.len() + 1)),
        }
    }
}

/// Makes the database if it is not there, and brings its schema up to date.
fn migrate(root: &Path, postgres: &Postgres, given_up: GivenUp<'_>) -> anyhow::Result<()> {
    let there = postgres.query(
        "postgres",
        &format!("SELECT 1 FROM pg_database WHERE datname = '{DATABASE}'"),
    )?;
    if there.is_empty() {
        postgres.create_database(DATABASE)?;
    }
    crate::migrate(root, &postgres.url(DATABASE), given_up).map(drop)
}
