//! `cargo xtask run --full`: the application with PostgreSQL, Kafka and daprd, all real, in the foreground.

use crate::cli::RunArgs;
use crate::{build, cmd, paths, run};
use anyhow::{Context, bail};
use stack::{DATABASE, FullStack, FullStackOptions, Ports};
use std::fs::{self, File};
use std::net::{Ipv4Addr, TcpListener};
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

/// How often signals and processes are looked at.
const TICK: Duration = Duration::from_millis(50);

/// Between two starts of a sidecar that ends again.
const RESTART_PAUSE: Duration = Duration::from_secs(2);

/// For `/ops`, which is closed without one. No secret: everything listens on this machine only.
const OPS_TOKEN: &str = "local-operator";

/// Builds, starts everything, shows the application's log, and stops all of it on Ctrl-C or SIGTERM.
pub(crate) fn run(args: &RunArgs) -> anyhow::Result<()> {
    run::check_address(args)?;
    let root = paths::root();
    let folder = run::state_dir(args, &root.join(".spin/full"))?;
    let program = build::build_to_run(args.variant())?;
    empty_logs(&folder)?;
    eprintln!("Starting PostgreSQL, Kafka, the application and daprd.");
    let options = FullStackOptions {
        root,
        program,
        wasi: Some(args.wasi),
        folder: folder.clone(),
        listen: Some(args.listen),
        ports: Ports {
            postgres: if_free(5432),
            kafka: if_free(9092),
            dapr: if_free(3500),
        },
        ops_token: OPS_TOKEN.to_owned(),
        brokers: 1,
        durable: true,
    };
    let mut stack = FullStack::start(options, cmd::interrupted)?;
    let mut log = File::open(host_log(&stack)?)?;
    run::pass_on(&mut log)?;
    greet(&mut stack, &folder)?;
    let result = follow(&mut stack, &mut log);
    eprintln!("\nstopping daprd, the application, Kafka and PostgreSQL");
    let stopped = stack.stop();
    result.and(stopped)
}

/// Passes the log on until a signal comes (which is the good end) or something ends by itself. A sidecar that ends is
/// started again, as Kubernetes would.
fn follow(stack: &mut FullStack, log: &mut File) -> anyhow::Result<()> {
    let mut next_start = Instant::now();
    while !cmd::interrupted() {
        run::pass_on(log)?;
        if !stack.postgres.is_running() {
            bail!("PostgreSQL ended by itself");
        }
        if !stack.kafka.is_running() {
            bail!("Kafka ended by itself");
        }
        for replica in &mut stack.replicas {
            if !replica.host_is_running() {
                bail!("the host ended by itself");
            }
            if !replica.daprd().is_running() && Instant::now() >= next_start {
                eprintln!("daprd ended; starting it again");
                if let Err(error) = replica.daprd().start_again() {
                    eprintln!("{error:#}");
                }
                next_start = Instant::now() + RESTART_PAUSE;
            }
        }
        std::thread::sleep(TICK);
    }
    Ok(())
}

/// The documented port, unless something has it.
fn if_free(port: u16) -> Option<u16> {
    TcpListener::bind((Ipv4Addr::LOCALHOST, port))
        .is_ok()
        .then_some(port)
}

/// A log tells of one start. The data beside it stays.
fn empty_logs(folder: &Path) -> anyhow::Result<()> {
    for folder in [folder.to_owned(), folder.join("replica-1")] {
        let entries = fs::read_dir(&folder).into_iter().flatten().flatten();
        for path in entries.map(|entry| entry.path()) {
            if path.extension().is_some_and(|extension| extension == "log") {
                fs::remove_file(&path)
                    .with_context(|| format!("cannot remove {}", path.display()))?;
            }
        }
    }
    Ok(())
}

fn host_log(stack: &FullStack) -> anyhow::Result<PathBuf> {
    let replica = stack.replicas.first().context("no replica")?;
    Ok(replica.host_log().clone())
}

fn greet(stack: &mut FullStack, folder: &Path) -> anyhow::Result<()> {
    let postgres = stack.postgres.url(DATABASE);
    let brokers = stack.kafka.brokers();
    let replica = stack.replicas.first_mut().context("no replica")?;
    println!(
        r#"
  what         where                                     log                      data
  application  {application:<40}  replica-1/host.log
  daprd        {daprd:<40}  replica-1/daprd.log
  Kafka        {brokers:<40}  kafka.log                kafka/
  PostgreSQL   {postgres:<40}  postgres.log             postgres/

Logs and data are in {folder}; the next start goes on with the data. Ctrl-C stops all of it.
Open {application} in a browser: the page is there. The token of operators is {OPS_TOKEN}

{example}
Dead letters: curl -s {application}/ops/dead-letters -H 'authorization: Bearer {OPS_TOKEN}'
"#,
        application = format!("http://{}", replica.address()),
        example = run::example(&format!("http://{}/api/alice/tasks", replica.address())),
        daprd = replica.daprd().url(),
        folder = folder.display(),
    );
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_taken_port_is_left_to_its_owner() {
        let taken = TcpListener::bind("127.0.0.1:0").unwrap();
        assert_eq!(if_free(taken.local_addr().unwrap().port()), None);
    }

    #[test]
    fn logs_go_and_data_stays() {
        let folder = tempfile::tempdir().unwrap();
        let file = |name: &str| folder.path().join(name);
        fs::create_dir_all(file("replica-1")).unwrap();
        for name in ["kafka.log", "replica-1/host.log", "replica-1/state"] {
            fs::write(file(name), "x").unwrap();
        }
        empty_logs(folder.path()).unwrap();
        assert!(!file("kafka.log").exists() && !file("replica-1/host.log").exists());
        assert!(file("replica-1/state").exists());
        empty_logs(&file("not there")).unwrap();
    }
}
