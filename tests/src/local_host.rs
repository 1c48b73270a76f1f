//! A host of the suite's own: the whole application in a folder of its own, on SQLite with either bus, or on PostgreSQL.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};

use stack::{Host, HostOptions};

use crate::checkout::root;
use crate::client::Client;
use crate::database::Database;
use crate::folder;
use crate::outbox::Outbox;

/// Where the events of a host go.
#[derive(Clone, Debug)]
pub enum Bus {
    /// Straight to the event components.
    Local,
    /// To a Dapr sidecar at this URL.
    Dapr(String),
}

/// A host that can be killed and started again with the same database. It ends with this value.
#[derive(Debug)]
pub struct LocalHost {
    options: HostOptions,
    host: Option<Host>,
    /// Only on PostgreSQL. Declared after the host, so that it ends after it.
    database: Option<Database>,
}

impl LocalHost {
    /// Starts one with the local bus and an empty database.
    #[track_caller]
    pub fn start(name: &str) -> Self {
        Self::start_with(name, &Bus::Local)
    }

    /// Starts one with an empty database.
    #[track_caller]
    pub fn start_with(name: &str, bus: &Bus) -> Self {
        started(Self::try_start(name, bus))
    }

    /// Starts one without the local profile: what the manifest and these variables say is all it knows.
    #[track_caller]
    pub fn start_closed(name: &str, bus: &Bus, more: &[(&str, &str)]) -> Self {
        let mut variables = variables(bus);
        if let Bus::Local = bus {
            variables.push(("event_bus".into(), "local".into()));
        }
        variables.extend(owned(more));
        let folder = folder_for(name);
        started(folder.and_then(|folder| Self::launch(&folder, None, variables)))
    }

    /// Starts one with the local bus on an empty PostgreSQL of its own.
    #[track_caller]
    pub fn start_on_postgres(name: &str) -> Self {
        started(Self::try_start_on_postgres(name))
    }

    /// Starts one with a bus on an empty PostgreSQL of its own.
    #[track_caller]
    pub fn start_on_postgres_with(name: &str, bus: &Bus) -> Self {
        Self::start_on_postgres_and(name, bus, &[])
    }

    /// The same with more variables.
    #[track_caller]
    pub fn start_on_postgres_and(name: &str, bus: &Bus, more: &[(&str, &str)]) -> Self {
        started(Self::try_start_on_postgres_with(name, bus, more))
    }

    pub(crate) fn try_start_on_postgres(name: &str) -> Result<Self, String> {
        Self::try_start_on_postgres_with(name, &Bus::Local, &[])
    }

    fn try_start_on_postgres_with(
        name: &str,
        bus: &Bus,
        more: &[(&str, &str)],
    ) -> Result<Self, String> {
        let folder = folder_for(name)?;
        let database = Database::start(&folder)?;
        let bus = variables(bus);
        let bus = bus
            .iter()
            .map(|(name, value)| (name.as_str(), value.as_str()));
        let variables: Vec<(&str, &str)> = bus.chain(more.iter().copied()).collect();
        Self::launch_local(&folder, &variables, Some(database))
    }

    /// Starts one with the local bus, an empty database and these variables.
    #[track_caller]
    pub fn start_having(name: &str, variables: &[(&str, &str)]) -> Self {
        let folder = folder_for(name);
        started(folder.and_then(|folder| Self::launch_local(&folder, variables, None)))
    }

    /// Starts one with the local bus and these variables on an empty PostgreSQL of its own.
    #[track_caller]
    pub fn start_on_postgres_having(name: &str, variables: &[(&str, &str)]) -> Self {
        let start = || {
            let folder = folder_for(name)?;
            let database = Database::start(&folder)?;
            Self::launch_local(&folder, variables, Some(database))
        };
        started(start())
    }

    pub(crate) fn try_start(name: &str, bus: &Bus) -> Result<Self, String> {
        Self::launch(&folder_for(name)?, Some(local_profile()), variables(bus))
    }

    /// Starts one with the local profile, these variables and this database.
    pub(crate) fn launch_local(
        folder: &Path,
        more: &[(&str, &str)],
        database: Option<Database>,
    ) -> Result<Self, String> {
        let mut variables = database.as_ref().map_or_else(Vec::new, Database::variables);
        let more = more.iter();
        variables.extend(more.map(|(name, value)| ((*name).to_owned(), (*value).to_owned())));
        let mut host = Self::launch(folder, Some(local_profile()), variables)?;
        host.database = database;
        Ok(host)
    }

    fn launch(
        folder: &Path,
        profile: Option<PathBuf>,
        variables: Vec<(String, String)>,
    ) -> Result<Self, String> {
        let options = HostOptions {
            root: root(),
            wasi: None,
            program: None,
            listen: None,
            state_dir: folder.join("state"),
            runtime_config: profile,
            variables,
            log: folder.join("host.log"),
        };
        let host = Host::start(&options).map_err(|error| format!("{error:#}"))?;
        Ok(Self {
            options,
            host: Some(host),
            database: None,
        })
    }

    /// A client of it. After a restart, ask for a new one: the port differs.
    #[track_caller]
    pub fn client(&self) -> Client {
        Client::new(&self.host.as_ref().expect("the host runs").url(""))
    }

    /// The number of its process.
    #[track_caller]
    pub fn pid(&self) -> u32 {
        let host = self.host.as_ref().expect("the host runs");
        host.process().id()
    }

    /// Ends it at once, as SIGKILL does.
    pub fn kill(&mut self) {
        if let Some(host) = &mut self.host {
            host.process_mut().kill();
        }
        self.host = None;
    }

    /// Starts it again after a kill, with its database.
    #[track_caller]
    pub fn start_again(&mut self) {
        assert!(self.host.is_none(), "it still runs");
        match Host::start(&self.options) {
            Ok(host) => self.host = Some(host),
            Err(error) => panic!("the host does not start again: {error:#}"),
        }
    }

    /// The same at an address that its clients know.
    #[track_caller]
    pub fn start_again_on(&mut self, port: u16) {
        self.options.listen = Some(([127, 0, 0, 1], port).into());
        self.start_again();
    }

    /// Its outbox, read from the database file.
    pub fn outbox(&self) -> Outbox {
        Outbox::new(&self.options.state_dir.join("sqlite_db.db"))
    }

    /// Its PostgreSQL.
    #[track_caller]
    pub fn database(&self) -> &Database {
        self.database.as_ref().expect("it is on SQLite")
    }

    /// Everything that the host and its components have logged.
    pub fn log(&self) -> String {
        fs::read_to_string(&self.options.log).unwrap_or_default()
    }
}

fn local_profile() -> PathBuf {
    root().join("runtime-config.toml")
}

/// A folder for each host of the program, whatever its tests call them.
pub(crate) fn folder_for(name: &str) -> Result<PathBuf, String> {
    static COUNTER: AtomicU64 = AtomicU64::new(0);
    let name = format!("{name}-{}", COUNTER.fetch_add(1, Ordering::Relaxed));
    folder::empty(&name).map_err(|error| format!("no folder for the host: {error}"))
}

#[track_caller]
pub(crate) fn started(host: Result<LocalHost, String>) -> LocalHost {
    match host {
        Ok(host) => host,
        Err(error) => panic!("the host does not start: {error:#}"),
    }
}

fn variables(bus: &Bus) -> Vec<(String, String)> {
    match bus {
        Bus::Local => Vec::new(),
        Bus::Dapr(url) => vec![
            ("event_bus".into(), "dapr".into()),
            ("dapr_url".into(), url.clone()),
        ],
    }
}

fn owned(variables: &[(&str, &str)]) -> Vec<(String, String)> {
    let pairs = variables.iter();
    pairs
        .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()))
        .collect()
}
