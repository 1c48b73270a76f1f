//! The command line, and nothing of what it does.

use crate::variant::{Mode, Variant};
use clap::{Args, Parser, Subcommand};
use stack::Wasi;
use std::net::{SocketAddr, ToSocketAddrs};
use std::path::PathBuf;

#[cfg(test)]
mod tests;

/// The commands of this repository. `run` is where to start.
#[derive(Debug, Parser)]
#[command(name = "cargo xtask", bin_name = "cargo xtask", version)]
pub(crate) struct Cli {
    #[command(subcommand)]
    pub(crate) command: Command,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Install what `build` and `test` need and is missing: the wasm32-wasip1 target, a PostgreSQL server, Hurl, Kafka, daprd,
    /// and an API server of Kubernetes
    ///
    /// The target comes from rustup where that works, from Debian's packages rustc-web, cargo-web, rust-web-src, lld-22 and
    /// wasi-libc where it does not. TODO_WASM_TOOLCHAIN=rustup or =debian asks for one of the two.
    ///
    /// PostgreSQL's programs, Java 17 and Maven (for Kafka) and Go (for daprd) come from Debian's or Ubuntu's packages.
    /// That needs root, or sudo without a password; elsewhere, have initdb, java, mvn and go on the PATH. A Go that is too
    /// old fetches the release that dev/daprd/go.mod names.
    /// Kafka is downloaded with Maven; daprd, kube-apiserver, kubectl and etcd are built from Go modules, Hurl from crates with
    /// Debian's libcurl and libxml2. All are kept in ~/.cache/todo-backend/tools.
    ///
    /// The other commands do by themselves the part of this that they need.
    Setup,
    /// Compile the components to target/components/*.wasm, and devhost where the Spin CLI is not installed
    Build(BuildArgs),
    /// Build, and write the application as an OCI image layout with an SBOM, ready to be copied to a registry
    ///
    /// The image is the one that `spin registry push` makes. The same components give the same digest: the time in it is that of
    /// the commit, or SOURCE_DATE_EPOCH. docs/deploy.md says how to push it.
    Package(PackageArgs),
    /// Build, and serve the application until Ctrl-C: SQLite, the local event bus, no authentication
    ///
    /// Compiled with little optimisation, so that it answers soon; --release does as `build`. With --full: PostgreSQL, Kafka and
    /// daprd, all real, on this machine. The first time installs and builds what is missing of them, which takes some minutes.
    Run(RunArgs),
    /// Build, and run all tests: unit tests, devhost's, end-to-end tests over HTTP, the full stack. CI runs this
    Test(TestArgs),
    /// Run seeded random schedules with faults on the real stack, and judge what came out
    ///
    /// Each seed is a schedule of calls by several users at two hosts, while a sidecar, a broker, PostgreSQL or a host is
    /// paused, killed or stopped, and events come again and in another order. When all has come to rest, a checker reads what
    /// the calls were answered, what is in Kafka and what is in the database. A seed repeats its schedule, and one that fails
    /// prints it. tests/src/prove says what is checked.
    Prove(ProveArgs),
    /// Bring up a live Kubernetes of one node with the application in it, judge it, take it down; Debian, as root
    ///
    /// Everything is built from registry packages, in about an hour the first time, and kept in ~/.cache/todo-backend/cluster. It
    /// runs in network and mount namespaces of its own; `down` leaves nothing but what was built. dev/cluster/README.md says more.
    ///
    /// With TODO_SPIN=/path/to/spin that Spin runs the application, fetched from a registry in the cluster, instead of devhost.
    #[command(subcommand)]
    Cluster(ClusterArgs),
    /// Measure the application beside a bare component, axum and FastAPI, and write docs/benchmarks.md; `bench --help` says how
    Bench(BenchArgs),
    /// Check format, clippy without warnings, module docs and file lengths. CI runs this
    Lint,
    /// Bring a PostgreSQL database to the schema of this code; repeatable, and safe while another one runs
    ///
    /// It runs migrations/postgres/apply.sh, as the Kubernetes Job does, with psql, which Debian's package postgresql-client
    /// brings. The URL is psql's: with sslmode=verify-full and sslrootcert=FILE, for example, the server must prove who it is.
    Migrate(MigrateArgs),
    /// Print a bearer token for trying, signed with the jwt_secret of the application
    ///
    /// An application to try it on: SPIN_VARIABLE_JWT_SECRET=... cargo xtask run --variable auth=jwt
    Token(TokenArgs),
}

#[derive(Debug, Subcommand)]
pub(crate) enum ClusterArgs {
    /// Start it, with the operators, and apply an overlay
    Up {
        /// A folder of k8s/overlays
        #[arg(default_value = "local/sidecar", value_parser = ["local/sidecar", "local/shared-dapr"])]
        overlay: String,
    },
    /// The smoke test, the tests for any server, and what faults lose
    Test,
    /// End everything that `up` started
    Down,
}

#[derive(Args, Debug, Default)]
pub(crate) struct BuildArgs {
    /// Only these components (folders of components/), and no devhost; all when none is named
    #[arg(value_name = "COMPONENT")]
    pub(crate) components: Vec<String>,
    /// For which version of WASI, 0.2 or 0.3; the components for 0.3 go to target/components-p3/*.wasm, with the manifest
    /// target/spin-p3.toml
    #[arg(long, value_name = "VERSION", default_value = "0.2")]
    pub(crate) wasi: Wasi,
}

#[derive(Args, Debug, Default)]
pub(crate) struct PackageArgs {
    /// The folder to write; an earlier layout in it is replaced [default: target/package beside spin.toml]
    #[arg(long, value_name = "DIR")]
    pub(crate) output: Option<PathBuf>,
    /// The name of the image in the layout, a tag [default: the version in spin.toml]
    #[arg(long, value_name = "NAME", value_parser = crate::package::tag)]
    pub(crate) reference: Option<String>,
}

#[derive(Args, Debug)]
pub(crate) struct RunArgs {
    /// Where to listen
    #[arg(long, value_name = "ADDR", default_value = "127.0.0.1:3000", value_parser = address)]
    pub(crate) listen: SocketAddr,
    /// With PostgreSQL, Kafka and daprd instead of SQLite and the local bus
    #[arg(long)]
    pub(crate) full: bool,
    /// Build what is tested and deployed: optimised, which takes some minutes more the first time
    #[arg(long)]
    pub(crate) release: bool,
    /// For which version of WASI to build it, 0.2 or 0.3; a Spin on the PATH must be 4.1 or newer for 0.3
    #[arg(long, value_name = "VERSION", default_value = "0.2")]
    pub(crate) wasi: Wasi,
    /// The folder of the databases and logs [default: .spin beside spin.toml, .spin/full with --full]
    #[arg(long, value_name = "DIR")]
    pub(crate) state_dir: Option<PathBuf>,
    /// A variable of the application, before what the local profile says; can be repeated. `auth=jwt` wants tokens
    #[arg(long = "variable", value_name = "NAME=VALUE", value_parser = variable, conflicts_with = "full")]
    pub(crate) variables: Vec<(String, String)>,
}

impl RunArgs {
    pub(crate) fn variant(&self) -> Variant {
        let mode = if self.release {
            Mode::Release
        } else {
            Mode::Dev
        };
        Variant {
            mode,
            wasi: self.wasi,
        }
    }
}

fn variable(text: &str) -> Result<(String, String), String> {
    let pair = text.split_once('=').filter(|(name, _)| !name.is_empty());
    let (name, value) = pair.ok_or("wanted: NAME=VALUE, such as auth=jwt")?;
    Ok((name.to_owned(), value.to_owned()))
}

/// An address with a port; a name only when it is one of this machine's own, `localhost` as a rule.
fn address(text: &str) -> Result<SocketAddr, String> {
    if let Ok(address) = text.parse() {
        return Ok(address);
    }
    let found = text.to_socket_addrs().into_iter().flatten();
    let mut loopback: Vec<SocketAddr> = found.filter(|found| found.ip().is_loopback()).collect();
    loopback.sort_by_key(SocketAddr::is_ipv6);
    loopback.first().copied().ok_or_else(|| {
        "wanted: an IP address and a port, such as 127.0.0.1:3000, or localhost:3000".to_owned()
    })
}

#[derive(Args, Debug)]
pub(crate) struct MigrateArgs {
    /// The database; also read from the environment variable DATABASE_URL, where a password is not seen by others
    #[arg(long, value_name = "URL", env = "DATABASE_URL", hide_env_values = true)]
    pub(crate) database_url: String,
}

#[derive(Args, Debug)]
pub(crate) struct TokenArgs {
    /// Whose token: the `{u}` of `/api/{u}/...`
    #[arg(long, value_name = "ID")]
    pub(crate) user: String,
    /// The jwt_secret of the application; also read from the environment, as Spin does
    #[arg(
        long,
        value_name = "SECRET",
        env = "SPIN_VARIABLE_JWT_SECRET",
        hide_env_values = true
    )]
    pub(crate) secret: Option<String>,
    /// Seconds until it expires
    #[arg(long, value_name = "SECONDS", default_value_t = 3600)]
    pub(crate) ttl: u64,
    /// Where the application has a jwt_issuer
    #[arg(long, value_name = "ISS")]
    pub(crate) issuer: Option<String>,
    /// Where the application has a jwt_audience
    #[arg(long, value_name = "AUD")]
    pub(crate) audience: Option<String>,
}

#[derive(Args, Debug)]
pub(crate) struct TestArgs {
    /// Judge a server that already runs (a real Spin, for example): only the end-to-end tests that need nothing but its
    /// address; it must serve without authentication
    #[arg(long, value_name = "URL")]
    pub(crate) base_url: Option<String>,
    /// Only tests whose name contains one of these
    #[arg(value_name = "FILTER")]
    pub(crate) filters: Vec<String>,
}

#[derive(Args, Debug)]
#[command(disable_help_flag = true)]
pub(crate) struct BenchArgs {
    /// What goes to the program of dev/bench
    #[arg(
        trailing_var_arg = true,
        allow_hyphen_values = true,
        value_name = "ARGUMENT"
    )]
    pub(crate) args: Vec<String>,
}

/// What may be harmed; `none` is a run without faults.
pub(crate) const FAULTS: [&str; 4] = ["daprd", "broker", "postgres", "host"];

#[derive(Args, Debug)]
pub(crate) struct ProveArgs {
    /// How many seeds
    #[arg(long, value_name = "N", default_value_t = 20)]
    pub(crate) seeds: u64,
    /// The first one
    #[arg(long, value_name = "S", default_value_t = 1)]
    pub(crate) seed: u64,
    /// What may be harmed, with commas between
    #[arg(long, value_name = "KINDS", value_delimiter = ',', default_values = FAULTS,
          value_parser = ["daprd", "broker", "postgres", "host", "none"])]
    pub(crate) faults: Vec<String>,
    /// Switch a guarantee off in the database, and succeed when a seed shows it: a proof of the prover. One of
    /// tests/src/prove/sabotage.rs
    #[arg(long, value_name = "GUARANTEE")]
    pub(crate) sabotage: Option<String>,
}
