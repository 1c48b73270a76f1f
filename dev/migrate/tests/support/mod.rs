//! A real PostgreSQL for one test.

use stack::{Postgres, PostgresOptions, ensure_postgres};
use std::path::{Path, PathBuf};
use std::process::Command;

/// Ends with this value; its data too.
pub(crate) struct Server {
    postgres: Postgres,
    programs: PathBuf,
    _folder: tempfile::TempDir,
}

/// The migrations' folder.
pub(crate) fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../migrations/postgres")
}

impl Server {
    pub(crate) fn start() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let programs = ensure_postgres().unwrap();
        let postgres = Postgres::start(PostgresOptions {
            programs: programs.clone(),
            data_dir: folder.path().join("data"),
            port: None,
            durable: false,
            log: folder.path().join("log"),
        })
        .unwrap();
        Self {
            postgres,
            programs,
            _folder: folder,
        }
    }

    /// The URL of a new, empty database.
    pub(crate) fn database(&self, name: &str) -> String {
        self.postgres.create_database(name).unwrap();
        self.postgres.url(name)
    }

    pub(crate) fn port(&self) -> u16 {
        self.postgres.port()
    }

    pub(crate) fn query(&self, database: &str, sql: &str) -> String {
        self.postgres.query(database, sql).unwrap()
    }

    /// What apply.sh prints; its errors when it fails.
    pub(crate) fn script(&self, database: &str) -> Result<String, String> {
        let path = std::env::var("PATH").unwrap_or_default();
        let output = Command::new("sh")
            .arg(folder().join("apply.sh"))
            .env("PATH", format!("{}:{path}", self.programs.display()))
            .env("PGHOST", "127.0.0.1")
            .env("PGPORT", self.port().to_string())
            .env("PGUSER", "postgres")
            .env("PGDATABASE", database)
            .output()
            .unwrap();
        let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
        if output.status.success() {
            Ok(text(&output.stdout))
        } else {
            Err(text(&output.stderr))
        }
    }
}
