//! PostgreSQL on this machine: Debian's programs, a data folder of our own, one port on 127.0.0.1.
//!
//! Everyone on this machine may connect as `postgres` without a password: it is for development and tests.

use crate::run::output;
use crate::service::Service;
use crate::{NEVER, Process, free_port, unprivileged};
use anyhow::Context;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

const START_DEADLINE: Duration = Duration::from_secs(60);

/// Spin's pool alone opens up to 64 connections per process, and some tests run two hosts.
const MAX_CONNECTIONS: u32 = 200;

/// What a [`Postgres`] runs, and where.
#[derive(Clone, Debug)]
pub struct PostgresOptions {
    /// The folder of `initdb` and `postgres`: [`crate::ensure_postgres`].
    pub programs: PathBuf,
    /// Where the data is; created when it is not there.
    pub data_dir: PathBuf,
    /// `None` is a free port.
    pub port: Option<u16>,
    /// Whether an answered commit survives the loss of power (`fsync`). Off is faster, and still survives every kind of
    /// end of the process.
    pub durable: bool,
    /// Where its output goes.
    pub log: PathBuf,
}

/// A PostgreSQL server. It ends when this value is dropped.
#[derive(Debug)]
pub struct Postgres {
    options: PostgresOptions,
    port: u16,
    service: Service,
}

impl Postgres {
    /// One for a test: new, on a free port, with its data in `folder`/postgres and its log in `folder`/postgres.log.
    pub fn for_test(folder: &Path) -> anyhow::Result<Self> {
        Self::start(PostgresOptions {
            programs: crate::ensure_postgres(NEVER)?,
            data_dir: folder.join("postgres"),
            port: None,
            durable: false,
            log: folder.join("postgres.log"),
        })
    }

    /// Makes the data folder if there is none, starts the server and waits until it answers.
    pub fn start(options: PostgresOptions) -> anyhow::Result<Self> {
        let port = options.port.unwrap_or_else(free_port);
        let mut postgres = Self {
            service: Service::new("PostgreSQL", options.log.clone()),
            options,
            port,
        };
        postgres.init()?;
        postgres.start_again()?;
        Ok(postgres)
    }

    /// Starts the server after [`Postgres::stop`] or [`Postgres::kill`], on the same data and port.
    pub fn start_again(&mut self) -> anyhow::Result<()> {
        let mut probe = self.client("pg_isready");
        probe.args(["-q", "-d", "postgres"]);
        let answers = || output(&mut probe).is_ok();
        self.service.start(self.server(), START_DEADLINE, answers)
    }

    /// Ends it as an operator would (`fast`): open transactions are rolled back, connections are cut.
    ///
    /// # Errors
    /// When it is still there after half a minute; it is then killed.
    pub fn stop(&mut self) -> anyhow::Result<()> {
        self.stop_in("fast")
    }

    /// Ends it as a crash of the server would (`immediate`): the next start recovers from the log.
    pub fn crash(&mut self) -> anyhow::Result<()> {
        self.stop_in("immediate")
    }

    fn stop_in(&mut self, mode: &str) -> anyhow::Result<()> {
        if self.service.process().is_none() {
            return Ok(());
        }
        let mut stop = self.program("pg_ctl");
        stop.arg("stop")
            .args(["-m", mode, "-w", "-t", "30"])
            .arg("-D")
            .arg(&self.options.data_dir);
        let stopped = output(&mut stop);
        self.service.stop(Duration::from_secs(5));
        stopped.map(drop).context("cannot stop PostgreSQL")
    }

    /// Ends it at once, as a crash would (SIGKILL).
    pub fn kill(&mut self) {
        self.service.kill();
    }

    /// [`Postgres::stop`], then [`Postgres::start_again`].
    pub fn restart(&mut self) -> anyhow::Result<()> {
        self.stop()?;
        self.start_again()
    }

    /// Creates the empty database `name`, which must not exist.
    pub fn create_database(&self, name: &str) -> anyhow::Result<()> {
        let mut create = self.client("createdb");
        create.arg(name);
        output(&mut create).map(drop)
    }

    /// What `psql` prints for `sql`, without headings: one line per row, `|` between columns.
    pub fn query(&self, database: &str, sql: &str) -> anyhow::Result<String> {
        let mut psql = self.client("psql");
        psql.args(["-XAtq", "-v", "ON_ERROR_STOP=1", "-d", database, "-c", sql]);
        output(&mut psql)
    }

    /// The URL of `database`, with the name of the user.
    #[must_use]
    pub fn url(&self, database: &str) -> String {
        format!("postgres://postgres@127.0.0.1:{}/{database}", self.port)
    }

    /// The port on 127.0.0.1.
    #[must_use]
    pub fn port(&self) -> u16 {
        self.port
    }

    /// The server's process, while it runs: to pause it.
    #[must_use]
    pub fn process(&self) -> Option<&Process> {
        self.service.process()
    }

    /// Whether its process has not ended.
    pub fn is_running(&mut self) -> bool {
        self.service.is_running()
    }

    fn init(&self) -> anyhow::Result<()> {
        let data = &self.options.data_dir;
        if data.join("PG_VERSION").is_file() {
            return Ok(());
        }
        unprivileged::create_folder(data)?;
        let mut init = self.program("initdb");
        init.args("-U postgres -A trust -E UTF8 --locale=C.UTF-8".split(' '));
        init.args(["--no-sync", "--no-instructions", "-D"]);
        output(init.arg(data))
            .map(drop)
            .context("cannot make PostgreSQL's data folder")
    }

    fn server(&self) -> Command {
        let mut server = self.program("postgres");
        server
            .arg("-D")
            .arg(&self.options.data_dir)
            .arg("-p")
            .arg(self.port.to_string());
        let durable = if self.options.durable { "on" } else { "off" };
        let settings = [
            "listen_addresses=127.0.0.1".to_owned(),
            // No socket file: its folder would need a place that every user may write.
            "unix_socket_directories=".to_owned(),
            format!("max_connections={MAX_CONNECTIONS}"),
            format!("fsync={durable}"),
            format!("full_page_writes={durable}"),
            "timezone=UTC".to_owned(),
        ];
        for setting in settings {
            server.arg("-c").arg(setting);
        }
        server
    }

    fn client(&self, name: &str) -> Command {
        let mut client = Command::new(self.options.programs.join(name));
        client
            .args(["-h", "127.0.0.1", "-U", "postgres", "-p"])
            .arg(self.port.to_string());
        client
    }

    /// A program that refuses to run as root.
    fn program(&self, name: &str) -> Command {
        unprivileged::command(&self.options.programs.join(name))
    }
}

impl Drop for Postgres {
    fn drop(&mut self) {
        // Killing it would be safe too, but the next start would then begin with a recovery.
        let _ = self.stop();
    }
}
