//! A PostgreSQL server of the test's own: in a temporary folder, on a free port of 127.0.0.1, gone with the test.

use std::os::unix::fs::{MetadataExt as _, PermissionsExt as _, chown};
use std::path::Path;
use std::process::Command;

use stack::Postgres;
use tempfile::TempDir;

use super::wait_for;

/// A running server; user and database are `postgres`, without a password.
pub(crate) struct Server {
    postgres: Postgres,
    folder: TempDir,
    pub(crate) port: u16,
}

impl Server {
    pub(crate) fn start() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let postgres = Postgres::for_test(folder.path()).unwrap();
        let port = postgres.port();
        Self {
            postgres,
            folder,
            port,
        }
    }

    /// One that accepts TLS too, with a certificate that nobody vouches for.
    pub(crate) fn start_with_tls() -> Self {
        let mut server = Self::start();
        certify(&server.folder.path().join("postgres"));
        server.query("ALTER SYSTEM SET ssl = on");
        server.postgres.restart().unwrap();
        server
    }

    pub(crate) fn url(&self) -> String {
        self.postgres.url("postgres")
    }

    /// What `psql` prints for one statement.
    pub(crate) fn query(&self, sql: &str) -> String {
        self.postgres.query("postgres", sql).unwrap()
    }

    /// Runs `test` while a session holds the advisory lock 1; calling what it is given ends that session.
    pub(crate) fn with_lock(&self, test: impl FnOnce(&dyn Fn())) {
        std::thread::scope(|scope| {
            let holding = "SELECT pg_advisory_lock(1), pg_sleep(600)";
            scope.spawn(|| self.postgres.query("postgres", holding));
            let holders = "FROM pg_stat_activity WHERE wait_event = 'PgSleep'";
            wait_for("the lock", || {
                self.query(&format!("SELECT count(*) {holders}")) == "1"
            });
            test(&|| drop(self.query(&format!("SELECT pg_terminate_backend(pid) {holders}"))));
        });
    }

    /// How many sessions there are, those of `psql` not counted.
    pub(crate) fn sessions(&self) -> String {
        let sql = "SELECT count(*) FROM pg_stat_activity WHERE backend_type = 'client backend' \
                   AND application_name <> 'psql'";
        self.query(sql)
    }
}

/// Puts a key and its self-signed certificate where the server looks for them.
fn certify(data: &Path) {
    let (key, certificate) = (data.join("server.key"), data.join("server.crt"));
    let mut openssl = Command::new("openssl");
    openssl.args([
        "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "1",
    ]);
    openssl.args(["-subj", "/CN=127.0.0.1", "-addext"]);
    openssl.arg("subjectAltName=IP:127.0.0.1").arg("-keyout");
    stack::output(openssl.arg(&key).arg("-out").arg(&certificate)).unwrap();
    std::fs::set_permissions(&key, std::fs::Permissions::from_mode(0o600)).unwrap();
    // The server's user, who is another one when the test runs as root.
    let owner = std::fs::metadata(data).unwrap();
    for file in [key, certificate] {
        chown(file, Some(owner.uid()), Some(owner.gid())).unwrap();
    }
}
