//! Every server of the measurement of calls at once, so that the calls of all can be measured in turn.

mod peers;

use crate::ask::TASKS_EACH;
use crate::ours::{Ours, Setting, empty};
use crate::servers::{Kind, Server, check, seed_by_calls, seed_sql, seeded};
use crate::tokens::{self, Tokens};
use anyhow::Context;
use stack::{DATABASE, Daprd, Host, HostOptions, Kafka, NEVER, Process, Wasi};
use std::net::SocketAddr;
use std::path::{Path, PathBuf};

/// Where programs and folders are.
#[derive(Clone, Debug)]
pub(crate) struct Places {
    pub(crate) root: PathBuf,
    pub(crate) work: PathBuf,
    pub(crate) devhost: PathBuf,
    pub(crate) spin: Option<PathBuf>,
    pub(crate) durable: bool,
}

impl Places {
    /// Name and program of each host.
    pub(crate) fn hosts(&self) -> Vec<(&'static str, PathBuf)> {
        let spin = self.spin.iter().map(|spin| ("Spin", spin.clone()));
        std::iter::once(("devhost", self.devhost.clone()))
            .chain(spin)
            .collect()
    }

    pub(crate) fn setting(&self, program: &Path, folder: &str) -> Setting {
        Setting {
            wasi: Wasi::V02,
            root: self.root.clone(),
            folder: self.work.join(folder),
            program: program.to_owned(),
            durable: self.durable,
        }
    }
}

/// All servers. Their processes end with this value.
#[derive(Debug, Default)]
pub(crate) struct Fleet {
    pub(crate) servers: Vec<Server>,
    hosts: Vec<Host>,
    processes: Vec<Process>,
    daprd: Vec<Daprd>,
    kafka: Vec<Kafka>,
    pub(crate) ours: Vec<Ours>,
}

impl Fleet {
    /// Starts those whose name contains `wanted`.
    pub(crate) fn start(places: &Places, wanted: &str) -> anyhow::Result<Self> {
        let mut fleet = Self::default();
        let wants = |name: &str| name.to_lowercase().contains(&wanted.to_lowercase());
        for (name, program) in places.hosts() {
            eprintln!("bench: starting the stack of {name}");
            let ours = Ours::start(&places.setting(&program, &format!("stack-{name}")))?;
            let (address, process) = ours.host()?;
            fleet.ours.push(ours);
            let stack = fleet.ours.len() - 1;
            let title = format!("ours, {name}, PostgreSQL");
            if wants(&title) {
                fleet.add(
                    title,
                    Kind::OursOnPostgres,
                    address,
                    process,
                    Some((stack, DATABASE)),
                );
            }
            let title = format!("ours, {name}, PostgreSQL, with tokens");
            if wants(&title) {
                fleet.with_tokens(places, title, stack)?;
            }
            let title = format!("bare component, {name}");
            if wants(&title) {
                fleet.bare(places, title, &program, stack)?;
            }
        }
        for (name, program) in places.hosts() {
            let title = format!("ours, {name}, WASI 0.3, PostgreSQL");
            if wants(&title) {
                fleet.on_wasi_03(places, title, &program)?;
            }
        }
        if wants("ours, devhost, SQLite") {
            fleet.on_sqlite(places)?;
        }
        if wants("axum") {
            fleet.axum(places)?;
        }
        if wants("FastAPI") {
            fleet.fastapi(places)?;
        }
        fleet.seed()?;
        for server in &fleet.servers {
            check(server).with_context(|| format!("{} is not as it must be", server.name))?;
        }
        Ok(fleet)
    }

    /// Another host on the same database, which wants tokens. It has no sidecar, so it is for calls that publish nothing.
    fn with_tokens(&mut self, places: &Places, title: String, stack: usize) -> anyhow::Result<()> {
        let ours = self.ours.get(stack).context("no such stack")?;
        let replica = ours.0.replicas.first().context("no replica")?;
        let folder = places.work.join(format!("with-tokens-{stack}"));
        empty(&folder)?;
        let mut options = HostOptions {
            listen: None,
            state_dir: folder.join("state"),
            log: folder.join("host.log"),
            ..replica.host_options().clone()
        };
        for (name, value) in &mut options.variables {
            match name.as_str() {
                "auth" => *value = "jwt".to_owned(),
                "jwt_secret" => *value = tokens::SECRET.to_owned(),
                _ => {}
            }
        }
        let (address, process) = self.host(&options)?;
        let database = Some((stack, DATABASE));
        self.add(title, Kind::OursWithTokens, address, process, database);
        Ok(())
    }

    fn on_wasi_03(&mut self, places: &Places, title: String, program: &Path) -> anyhow::Result<()> {
        eprintln!("bench: starting the stack of {title}");
        let ours = Ours::start(&Setting {
            wasi: Wasi::V03,
            ..places.setting(program, &format!("stack-{}", self.ours.len()))
        })?;
        let (address, process) = ours.host()?;
        let database = Some((self.ours.len(), DATABASE));
        self.ours.push(ours);
        self.add(title, Kind::OursOnWasi03, address, process, database);
        Ok(())
    }

    fn add(
        &mut self,
        name: String,
        kind: Kind,
        address: SocketAddr,
        process: u32,
        database: Option<(usize, &'static str)>,
    ) {
        self.servers.push(Server {
            name,
            kind,
            address,
            process,
            database,
            known: Vec::new(),
            tokens: (kind == Kind::OursWithTokens).then(Tokens::default),
        });
    }

    /// A database of a peer beside the application's, with the same schema. Its URL.
    fn database(&self, places: &Places, stack: usize, name: &str) -> anyhow::Result<String> {
        let postgres = &self.ours.get(stack).context("no such stack")?.0.postgres;
        postgres.create_database(name)?;
        let url = postgres.url(name);
        stack::migrate(&places.root, &url, NEVER)?;
        Ok(url)
    }

    fn host(&mut self, options: &HostOptions) -> anyhow::Result<(SocketAddr, u32)> {
        let host = Host::start(options)?;
        let found = (host.address(), host.process().id());
        self.hosts.push(host);
        Ok(found)
    }

    fn on_sqlite(&mut self, places: &Places) -> anyhow::Result<()> {
        let folder = places.work.join("sqlite");
        empty(&folder)?;
        let (address, process) = self.host(&sqlite_options(places, &places.devhost, &folder))?;
        self.add(
            "ours, devhost, SQLite".into(),
            Kind::OursOnSqlite,
            address,
            process,
            None,
        );
        Ok(())
    }

    fn seed(&mut self) -> anyhow::Result<()> {
        for at in 0..self.servers.len() {
            self.reset(at, "first")?;
        }
        Ok(())
    }

    /// Gives a server the tasks that every slice begins with; where the database is out of reach, more of them.
    pub(crate) fn reset(&mut self, at: usize, salt: &str) -> anyhow::Result<()> {
        let server = self.servers.get_mut(at).context("no such server")?;
        server.known = match server.database {
            Some((stack, database)) => {
                let ours = self.ours.get(stack).context("no such stack")?;
                ours.0.postgres.query(database, &seed_sql(TASKS_EACH))?;
                seeded(TASKS_EACH)
            }
            None => seed_by_calls(server.address, &format!("bench-{salt}"))?,
        };
        Ok(())
    }
}

/// The local profile on a host: SQLite and the local bus.
pub(crate) fn sqlite_options(places: &Places, program: &Path, folder: &Path) -> HostOptions {
    HostOptions {
        root: places.root.clone(),
        wasi: None,
        program: Some(program.to_owned()),
        listen: None,
        state_dir: folder.join("state"),
        runtime_config: Some(places.root.join("runtime-config.toml")),
        variables: Vec::new(),
        log: folder.join("host.log"),
    }
}
