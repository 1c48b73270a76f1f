//! A PostgreSQL server of the test's own: in a temporary folder, on a free port of 127.0.0.1, gone with the test.

use std::fs::File;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

use tempfile::TempDir;

use super::listener::Listener;
use super::wait_for;

/// A running server; user and database are `postgres`, without a password.
pub(crate) struct Server {
    child: Child,
    folder: TempDir,
    pub(crate) port: u16,
}

impl Server {
    pub(crate) fn start() -> Self {
        Self::start_with(false)
    }

    /// One that accepts TLS too, with a certificate that nobody vouches for.
    pub(crate) fn start_with_tls() -> Self {
        Self::start_with(true)
    }

    fn start_with(tls: bool) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let data = folder.path().join("data");
        create_database(folder.path(), &data);
        let port = Listener::closed_port();
        let mut server = as_server_user("postgres");
        server.arg("-D").arg(&data).arg("-k").arg(&data);
        server.args([
            "-p",
            &port.to_string(),
            "-c",
            "listen_addresses=127.0.0.1",
            "-c",
            "fsync=off",
        ]);
        if tls {
            certify(&data);
            server.args(["-c", "ssl=on"]);
        }
        let log = File::create(folder.path().join("log")).unwrap();
        server
            .stdin(Stdio::null())
            .stdout(log.try_clone().unwrap())
            .stderr(log);
        let server = Self {
            child: server.spawn().unwrap(),
            folder,
            port,
        };
        wait_for("PostgreSQL to accept connections", || {
            server.query("SELECT 1").is_some()
        });
        server
    }

    pub(crate) fn url(&self) -> String {
        format!("postgres://postgres@127.0.0.1:{}/postgres", self.port)
    }

    /// Holds the advisory lock of this number until the value is dropped.
    pub(crate) fn hold_lock(&self, number: u32) -> Lock {
        let mut psql = Command::new(binary("psql"));
        psql.arg(self.url()).args(["-X", "-q"]);
        psql.stdin(Stdio::piped()).stdout(Stdio::null());
        let mut child = psql.spawn().unwrap();
        let input = child.stdin.as_mut().unwrap();
        writeln!(input, "SELECT pg_advisory_lock({number});").unwrap();
        let held = "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND granted";
        wait_for("the lock", || self.query(held).as_deref() == Some("1"));
        Lock(child)
    }

    /// How many sessions there are, those of `psql` not counted.
    pub(crate) fn sessions(&self) -> String {
        let sql = "SELECT count(*) FROM pg_stat_activity WHERE backend_type = 'client backend' \
                   AND application_name <> 'psql'";
        self.query(sql).unwrap_or_default()
    }

    /// What `psql` prints for one statement; `None` when it fails.
    pub(crate) fn query(&self, sql: &str) -> Option<String> {
        let mut psql = Command::new(binary("psql"));
        psql.arg(self.url())
            .args(["-X", "-A", "-t", "-q", "-v", "ON_ERROR_STOP=1", "-c", sql]);
        let output = psql.stdin(Stdio::null()).output().unwrap();
        output
            .status
            .success()
            .then(|| String::from_utf8_lossy(&output.stdout).trim().to_owned())
    }
}

/// A session that has a lock.
pub(crate) struct Lock(Child);

impl Drop for Lock {
    fn drop(&mut self) {
        // The end of its input is the end of the session.
        drop(self.0.stdin.take());
        let _ = self.0.wait();
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // SIGQUIT is PostgreSQL's immediate shutdown, which ends its children too.
        let _ = Command::new("kill")
            .arg("-QUIT")
            .arg(self.child.id().to_string())
            .status();
        let _ = self.child.wait();
    }
}

fn create_database(folder: &Path, data: &Path) {
    // The server runs as another user, who must reach the folder.
    run(Command::new("chmod").arg("755").arg(folder));
    std::fs::create_dir(data).unwrap();
    if is_root() {
        run(Command::new("chown").arg("postgres").arg(data));
    }
    let mut initdb = as_server_user("initdb");
    initdb.args([
        "-U",
        "postgres",
        "--auth=trust",
        "--no-sync",
        "--no-locale",
        "-E",
        "UTF8",
        "-D",
    ]);
    run(initdb.arg(data));
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
    run(openssl.arg(&key).arg("-out").arg(&certificate));
    run(Command::new("chmod").arg("600").arg(&key));
    if is_root() {
        run(Command::new("chown")
            .arg("postgres")
            .arg(&key)
            .arg(&certificate));
    }
}

/// A program of the newest PostgreSQL that Debian has put here.
fn binary(name: &str) -> PathBuf {
    let versions = std::fs::read_dir("/usr/lib/postgresql")
        .into_iter()
        .flatten();
    let folders = versions.map(|version| version.unwrap().path());
    let newest = folders
        .filter(|folder| folder.join("bin/postgres").is_file())
        .max_by_key(|folder| folder.file_name()?.to_str()?.parse::<u32>().ok());
    assert!(
        newest.is_some(),
        "no PostgreSQL in /usr/lib/postgresql: `cargo xtask setup` installs it"
    );
    newest.unwrap().join("bin").join(name)
}

fn is_root() -> bool {
    let output = Command::new("id").arg("-u").output().unwrap();
    output.stdout.trim_ascii() == b"0"
}

/// PostgreSQL refuses to run as root. `setpriv` replaces itself by the program, so the child's id is the server's.
fn as_server_user(name: &str) -> Command {
    let path = binary(name);
    if !is_root() {
        return Command::new(path);
    }
    let mut command = Command::new("setpriv");
    command
        .args(["--reuid=postgres", "--regid=postgres", "--clear-groups"])
        .arg(path);
    // The working directory of the test may be closed to that user.
    command.current_dir("/");
    command
}

fn run(command: &mut Command) {
    let output = command.current_dir("/").output().unwrap();
    assert!(
        output.status.success(),
        "{command:?}: {}",
        String::from_utf8_lossy(&output.stderr)
    );
}
