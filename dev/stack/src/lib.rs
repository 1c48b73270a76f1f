//! Starts and stops real processes on this machine: the application's host, and what it needs around it.
//!
//! Used by `cargo xtask run` and by the tests. Everything listens on 127.0.0.1, writes its output to a file, and ends
//! with the value that stands for it. This crate owns no configuration of the application: it passes on what it is given.

mod apt;
mod browser;
mod cache;
mod checks;
mod components;
mod daprd;
mod full;
mod go;
mod host;
mod http;
mod hurl;
mod install;
mod kafka;
mod kafka_follow;
mod kafka_more;
mod kafka_tools;
mod kubernetes;
mod migrate;
mod path;
mod pgbouncer;
mod postgres;
mod process;
mod python;
mod record;
mod replica;
mod run;
mod service;
mod spawn;
mod token;
mod unprivileged;
mod wait;
mod wasi;

pub use apt::apt_install;
pub use browser::{Chromedriver, ensure_browser};
pub use checks::{Checks, ensure_checks};
pub use daprd::{Daprd, DaprdOptions};
pub use full::{DATABASE, FullStack, FullStackOptions, Ports};
pub use host::{Host, HostOptions};
pub use http::get_status;
pub use hurl::ensure_hurl;
pub use install::{ensure_daprd, ensure_kafka, ensure_pgbouncer, ensure_postgres, ensure_psql};
pub use kafka::{Kafka, KafkaOptions, TOPICS};
pub use kafka_follow::Follower;
pub use kafka_more::KafkaBroker;
pub use kafka_tools::KafkaTools;
pub use kubernetes::{Kubernetes, ensure_definitions, ensure_kubernetes, kustomize};
pub use migrate::migrate;
pub use path::on_path;
pub use pgbouncer::{Pgbouncer, PgbouncerOptions, pooler_manifest};
pub use postgres::{Postgres, PostgresOptions};
pub use process::{GivenUp, NEVER, Process};
pub use python::ensure_python;
pub use record::Record;
pub use replica::{Replica, ReplicaOptions};
pub use run::output;
pub use token::signed_token;
pub use wait::{free_port, wait_until};
pub use wasi::Wasi;
