//! Every server of the measurement of calls at once, so that the calls of all can be measured in turn.

use crate::ours::{Ours, Setting, empty};
use crate::servers::{Kind, Server, check, seed_by_calls, seed_sql, seeded};
use anyhow::{Context, bail};
use stack::{
    DATABASE, Daprd, DaprdOptions, Host, HostOptions, Kafka, KafkaOptions, NEVER, Process,
    free_port, get_status, wait_until,
};
use std::net::{Ipv4Addr, SocketAddr};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

const START: Duration = Duration::from_secs(60);

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
            let title = format!("bare component, {name}");
            if wants(&title) {
                fleet.bare(places, title, &program, stack)?;
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

    fn bare(
        &mut self,
        places: &Places,
        name: String,
        program: &Path,
        stack: usize,
    ) -> anyhow::Result<()> {
        let url = self.database(places, stack, "bare")?;
        let port = self
            .ours
            .get(stack)
            .map_or(0, |ours| ours.0.postgres.port());
        let folder = places.work.join(format!("bare-{stack}"));
        empty(&folder)?;
        let (address, process) = self.host(&HostOptions {
            root: places.root.join("bench/peers/bare"),
            program: Some(program.to_owned()),
            listen: None,
            state_dir: folder.join("state"),
            runtime_config: None,
            variables: vec![
                ("database_url".into(), url),
                ("database_host".into(), format!("127.0.0.1:{port}")),
            ],
            log: folder.join("host.log"),
        })?;
        self.add(name, Kind::Bare, address, process, Some((stack, "bare")));
        Ok(())
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

    fn axum(&mut self, places: &Places) -> anyhow::Result<()> {
        let url = self.database(places, 0, "axum")?;
        let program = std::env::current_exe()?.with_file_name("peer-axum");
        let address = SocketAddr::from((Ipv4Addr::LOCALHOST, free_port()));
        let mut command = Command::new(program);
        command.arg(address.to_string()).arg(url);
        let process = self.program("axum", command, address, places)?;
        self.add(
            "axum".into(),
            Kind::Axum,
            address,
            process,
            Some((0, "axum")),
        );
        Ok(())
    }

    /// With a broker and a sidecar of its own, so that the application does not get its events.
    fn fastapi(&mut self, places: &Places) -> anyhow::Result<()> {
        let url = self.database(places, 0, "fastapi")?;
        let app = places.root.join("bench/peers/fastapi");
        let python = stack::ensure_python("fastapi", &app.join("requirements.txt"), NEVER)?;
        let folder = places.work.join("fastapi");
        empty(&folder)?;
        let kafka = Kafka::start(KafkaOptions {
            jars: stack::ensure_kafka(&places.root, NEVER)?,
            root: places.root.clone(),
            data_dir: folder.join("kafka"),
            port: None,
            brokers: 1,
            log: folder.join("kafka.log"),
        })?;
        let address = SocketAddr::from((Ipv4Addr::LOCALHOST, free_port()));
        let dapr = free_port();
        let mut command = Command::new(python.join("python"));
        command.args(
            "-m uvicorn app:app --workers 2 --no-access-log --host 127.0.0.1 --port".split(' '),
        );
        command.arg(address.port().to_string()).current_dir(&app);
        command
            .env("PYTHONDONTWRITEBYTECODE", "1")
            .env(
                "DATABASE_URL",
                url.replacen("postgres://", "postgresql+asyncpg://", 1),
            )
            .env("DAPR_URL", format!("http://127.0.0.1:{dapr}"));
        let process = self.program("fastapi", command, address, places)?;
        self.daprd.push(Daprd::start(DaprdOptions {
            program: stack::ensure_daprd(&places.root, NEVER)?,
            root: places.root.clone(),
            work_dir: folder.join("dapr"),
            brokers: kafka.brokers(),
            app_port: address.port(),
            http_port: Some(dapr),
            app_api_token: String::new(),
            dapr_api_token: String::new(),
            log: folder.join("daprd.log"),
        })?);
        self.kafka.push(kafka);
        self.add(
            "FastAPI".into(),
            Kind::FastApi,
            address,
            process,
            Some((0, "fastapi")),
        );
        Ok(())
    }

    /// Starts a peer and waits until it answers.
    fn program(
        &mut self,
        name: &str,
        command: Command,
        address: SocketAddr,
        places: &Places,
    ) -> anyhow::Result<u32> {
        let log = places.work.join(format!("{name}.log"));
        let mut process = Process::spawn(name, command, &log)?;
        let waited = wait_until(START, &format!("{name} to answer"), || {
            !process.is_running() || get_status(address, "/health") == Some(200)
        });
        if waited.is_err() || !process.is_running() {
            bail!("{name} does not start: {}", process.log_tail(20));
        }
        let id = process.id();
        self.processes.push(process);
        Ok(id)
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
                ours.0.postgres.query(database, &seed_sql())?;
                seeded()
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
        program: Some(program.to_owned()),
        listen: None,
        state_dir: folder.join("state"),
        runtime_config: Some(places.root.join("runtime-config.toml")),
        variables: Vec::new(),
        log: folder.join("host.log"),
    }
}
