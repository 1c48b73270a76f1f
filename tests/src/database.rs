//! A PostgreSQL of a test's own: thrown away with its data folder, migrated as an operator would.

use std::path::{Path, PathBuf};

use stack::Postgres;

use crate::checkout::root;

/// The database of the application in it.
pub(crate) const NAME: &str = "todo";

/// A server with the application's schema. It ends with this value, or with the test process.
#[derive(Debug)]
pub struct Database {
    server: Postgres,
    log: PathBuf,
}

impl Database {
    /// Starts one with its data and its log in `folder`.
    ///
    /// # Errors
    /// What went wrong, with the end of the server's log.
    pub fn start(folder: &Path) -> Result<Self, String> {
        Self::start_with(folder, &root())
    }

    /// Starts one with the schema of the migrations below another root.
    pub(crate) fn start_with(folder: &Path, root: &Path) -> Result<Self, String> {
        let start = || -> anyhow::Result<Self> {
            let server = Postgres::for_test(folder)?;
            server.create_database(NAME)?;
            let log = folder.join("postgres.log");
            Ok(Self { server, log })
        };
        let database = start().map_err(|error| format!("no database: {error:#}"))?;
        database.migrate(root)?;
        Ok(database)
    }

    /// Applies what it lacks of the migrations below `root`.
    pub(crate) fn migrate(&self, root: &Path) -> Result<(), String> {
        let migrated = stack::migrate(root, &self.server.url(NAME), &|| false);
        migrated
            .map(drop)
            .map_err(|error| format!("not migrated: {error:#}"))
    }

    /// What `sql` answers: one line per row, `|` between columns.
    #[track_caller]
    pub fn sql(&self, sql: &str) -> String {
        match self.server.query(NAME, sql) {
            Ok(answer) => answer,
            Err(error) => panic!("{sql}: {error:#}"),
        }
    }

    /// The server, to stop and start it.
    pub fn server(&mut self) -> &mut Postgres {
        &mut self.server
    }

    /// Has the server log every statement from now on. Connections that are open already do not, so they are ended: wait until
    /// the host has new ones.
    #[track_caller]
    pub fn log_statements(&self) {
        self.sql("ALTER DATABASE todo SET log_statement = 'all'");
        self.sql(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = 'todo' AND pid <> pg_backend_pid()",
        );
    }

    /// The file that the server logs to.
    pub fn log(&self) -> &Path {
        &self.log
    }

    /// The Spin variables with which a host uses it.
    pub fn variables(&self) -> Vec<(String, String)> {
        let host = format!("127.0.0.1:{}", self.server.port());
        vec![
            ("database_url".into(), self.server.url(NAME)),
            ("database_host".into(), host),
        ]
    }
}
