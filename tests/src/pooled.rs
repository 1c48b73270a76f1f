//! Several hosts on one PostgreSQL, through the pooler of the manifests.

use stack::{Pgbouncer, PgbouncerOptions, ensure_pgbouncer, pooler_manifest};

use crate::checkout::root;
use crate::database::{Database, NAME};
use crate::folder;
use crate::local_host::{Bus, LocalHost};

/// PostgreSQL and, in front of it, PgBouncer.
#[derive(Debug)]
pub struct Pooled {
    /// PostgreSQL, to be asked past the pooler.
    pub database: Database,
    pooler: Pgbouncer,
}

impl Pooled {
    /// Starts both, with the parameters of k8s/postgres/pooler.yaml.
    #[track_caller]
    pub fn start(name: &str) -> Self {
        let folder = folder::empty(&format!("{name}-database")).expect("a folder");
        let mut database = Database::start(&folder).expect("PostgreSQL");
        let root = root();
        let pooler = Pgbouncer::start(&PgbouncerOptions {
            program: ensure_pgbouncer(&root, &|| false).expect("PgBouncer"),
            manifest: pooler_manifest(&root),
            postgres_port: database.server().port(),
            folder: folder.join("pgbouncer"),
            log: folder.join("pgbouncer.log"),
        });
        let pooler = pooler.expect("PgBouncer");
        Self { database, pooler }
    }

    /// One more host of the application on it.
    #[track_caller]
    pub fn host(&self, name: &str, bus: &Bus) -> LocalHost {
        let address = format!("127.0.0.1:{}", self.pooler.port());
        let url = self.pooler.url(NAME);
        let variables = [
            ("auth", "off"),
            ("database_url", &url),
            ("database_host", &address),
        ];
        LocalHost::start_closed(name, bus, &variables)
    }
}
