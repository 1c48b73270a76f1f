//! PgBouncer in front of a PostgreSQL of this machine, with the parameters of k8s/postgres/pooler.yaml.

use crate::service::Service;
use crate::{free_port, unprivileged};
use anyhow::{Context, ensure};
use std::fs;
use std::net::{Ipv4Addr, SocketAddr, TcpStream};
use std::path::{Path, PathBuf};
use std::time::Duration;

const START_DEADLINE: Duration = Duration::from_secs(30);

/// What a [`Pgbouncer`] runs, and where.
#[derive(Clone, Debug)]
pub struct PgbouncerOptions {
    /// The program: [`crate::ensure_pgbouncer`].
    pub program: PathBuf,
    /// The manifest of the pooler.
    pub manifest: PathBuf,
    /// The port of PostgreSQL on 127.0.0.1.
    pub postgres_port: u16,
    /// Its configuration; created when it is not there.
    pub folder: PathBuf,
    /// Where its output goes.
    pub log: PathBuf,
}

/// A PgBouncer that lets everyone on this machine in as `postgres`. It ends when this value is dropped.
#[derive(Debug)]
pub struct Pgbouncer {
    port: u16,
    _service: Service,
}

impl Pgbouncer {
    /// Starts it and waits until it listens.
    pub fn start(options: &PgbouncerOptions) -> anyhow::Result<Self> {
        let port = free_port();
        unprivileged::create_folder(&options.folder)?;
        let file = options.folder.join("pgbouncer.ini");
        let manifest = fs::read_to_string(&options.manifest)
            .with_context(|| format!("cannot read {}", options.manifest.display()))?;
        fs::write(&file, configuration(options, port, &manifest)?)?;
        let mut command = unprivileged::command(&options.program);
        command.arg(&file);
        let mut service = Service::new("PgBouncer", options.log.clone());
        let address = SocketAddr::from((Ipv4Addr::LOCALHOST, port));
        let open = || TcpStream::connect_timeout(&address, Duration::from_secs(1)).is_ok();
        service.start(command, START_DEADLINE, open)?;
        Ok(Self {
            port,
            _service: service,
        })
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
}

/// Everything but the first lines is as CloudNativePG has it.
fn configuration(options: &PgbouncerOptions, port: u16, manifest: &str) -> anyhow::Result<String> {
    let mut text = format!(
        "[databases]\n* = host=127.0.0.1 port={} user=postgres\n\n[pgbouncer]\nlisten_addr = 127.0.0.1\n\
         listen_port = {port}\nunix_socket_dir =\nauth_type = any\n\
         ignore_startup_parameters = extra_float_digits,options\n",
        options.postgres_port
    );
    for (name, value) in parameters(manifest)? {
        text.push_str(&format!("{name} = {value}\n"));
    }
    Ok(text)
}

/// `poolMode` and the parameters of the manifest, by the names of pgbouncer.ini.
fn parameters(manifest: &str) -> anyhow::Result<Vec<(String, String)>> {
    let mode = manifest
        .lines()
        .find_map(|line| line.trim().strip_prefix("poolMode: "));
    let mut found = vec![(
        "pool_mode".to_owned(),
        mode.context("the manifest has no poolMode")?.to_owned(),
    )];
    let inside = manifest
        .lines()
        .skip_while(|line| line.trim() != "parameters:")
        .skip(1)
        .take_while(|line| line.starts_with("      "));
    for line in inside.filter(|line| !line.trim_start().starts_with('#')) {
        let (name, value) = line
            .split_once(": ")
            .with_context(|| format!("not a parameter: {line}"))?;
        found.push((name.trim().to_owned(), value.trim_matches('"').to_owned()));
    }
    ensure!(found.len() > 1, "the manifest has no parameters");
    Ok(found)
}

/// Whether this PgBouncer prepares statements in transaction mode: 1.21 and later.
pub(crate) fn is_new_enough(version: &str) -> bool {
    let number = version.trim().strip_prefix("PgBouncer ");
    let mut parts = number.unwrap_or_default().split('.').map(str::parse::<u32>);
    match (parts.next(), parts.next()) {
        (Some(Ok(major)), Some(Ok(minor))) => (major, minor) >= (1, 21),
        _ => false,
    }
}

/// The manifest of the application's pooler.
#[must_use]
pub fn pooler_manifest(root: &Path) -> PathBuf {
    root.join("k8s/postgres/pooler.yaml")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_manifest_says_which_mode_and_which_limits() {
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
        let manifest = fs::read_to_string(pooler_manifest(&root)).unwrap();
        let found = parameters(&manifest).unwrap();
        let value = |name: &str| {
            let mut of_name = found.iter().filter(|(key, _)| key == name);
            let value = of_name.next().map(|(_, value)| value.as_str());
            assert!(of_name.next().is_none(), "{name} twice");
            value
        };
        assert_eq!(value("pool_mode"), Some("transaction"));
        for limit in [
            "default_pool_size",
            "max_client_conn",
            "max_prepared_statements",
        ] {
            let number = value(limit).and_then(|value| value.parse::<u32>().ok());
            assert!(
                number.is_some_and(|number| number > 0),
                "{limit}: {number:?}"
            );
        }
    }

    #[test]
    fn versions_are_compared_as_numbers() {
        assert!(is_new_enough("PgBouncer 1.24.1\n"));
        assert!(is_new_enough("PgBouncer 2.0"));
        assert!(!is_new_enough("PgBouncer 1.18.0"));
        assert!(!is_new_enough("PgBouncer 1.9"));
        assert!(!is_new_enough(""));
    }
}
