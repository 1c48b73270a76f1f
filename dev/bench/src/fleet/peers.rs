//! Starting the peers of bench/peers, each with a database of its own beside the application's.

use super::{Fleet, Places};
use crate::ours::empty;
use crate::servers::Kind;
use anyhow::bail;
use stack::{
    Daprd, DaprdOptions, HostOptions, Kafka, KafkaOptions, NEVER, Process, free_port, get_status,
    wait_until,
};
use std::net::{Ipv4Addr, SocketAddr};
use std::path::Path;
use std::process::Command;
use std::time::Duration;

const START: Duration = Duration::from_secs(60);

impl Fleet {
    pub(super) fn bare(
        &mut self,
        places: &Places,
        name: String,
        program: &Path,
        stack: usize,
    ) -> anyhow::Result<()> {
        let url = self.database(places, stack, "bare")?;
        let port = self
            .ours
            .get(stack)
            .map_or(0, |ours| ours.0.postgres.port());
        let folder = places.work.join(format!("bare-{stack}"));
        empty(&folder)?;
        let (address, process) = self.host(&HostOptions {
            root: places.root.join("bench/peers/bare"),
            wasi: None,
            program: Some(program.to_owned()),
            listen: None,
            state_dir: folder.join("state"),
            runtime_config: None,
            variables: vec![
                ("database_url".into(), url),
                ("database_host".into(), format!("127.0.0.1:{port}")),
            ],
            log: folder.join("host.log"),
        })?;
        self.add(name, Kind::Bare, address, process, Some((stack, "bare")));
        Ok(())
    }

    pub(super) fn axum(&mut self, places: &Places) -> anyhow::Result<()> {
        let url = self.database(places, 0, "axum")?;
        let program = std::env::current_exe()?.with_file_name("peer-axum");
        let address = SocketAddr::from((Ipv4Addr::LOCALHOST, free_port()));
        let mut command = Command::new(program);
        command.arg(address.to_string()).arg(url);
        let process = self.program("axum", command, address, places)?;
        self.add(
            "axum".into(),
            Kind::Axum,
            address,
            process,
            Some((0, "axum")),
        );
        Ok(())
    }

    /// With a broker and a sidecar of its own, so that the application does not get its events.
    pub(super) fn fastapi(&mut self, places: &Places) -> anyhow::Result<()> {
        let url = self.database(places, 0, "fastapi")?;
        let app = places.root.join("bench/peers/fastapi");
        let python = stack::ensure_python("fastapi", &app.join("requirements.txt"), NEVER)?;
        let folder = places.work.join("fastapi");
        empty(&folder)?;
        let kafka = Kafka::start(KafkaOptions {
            jars: stack::ensure_kafka(&places.root, NEVER)?,
            root: places.root.clone(),
            data_dir: folder.join("kafka"),
            port: None,
            brokers: 1,
            log: folder.join("kafka.log"),
        })?;
        let address = SocketAddr::from((Ipv4Addr::LOCALHOST, free_port()));
        let dapr = free_port();
        let mut command = Command::new(python.join("python"));
        command.args(
            "-m uvicorn app:app --workers 2 --no-access-log --host 127.0.0.1 --port".split(' '),
        );
        command.arg(address.port().to_string()).current_dir(&app);
        command
            .env("PYTHONDONTWRITEBYTECODE", "1")
            .env(
                "DATABASE_URL",
                url.replacen("postgres://", "postgresql+asyncpg://", 1),
            )
            .env("DAPR_URL", format!("http://127.0.0.1:{dapr}"));
        let process = self.program("fastapi", command, address, places)?;
        self.daprd.push(Daprd::start(DaprdOptions {
            program: stack::ensure_daprd(&places.root, NEVER)?,
            root: places.root.clone(),
            work_dir: folder.join("dapr"),
            brokers: kafka.brokers(),
            app_port: address.port(),
            http_port: Some(dapr),
            app_api_token: String::new(),
            dapr_api_token: String::new(),
            log: folder.join("daprd.log"),
        })?);
        self.kafka.push(kafka);
        self.add(
            "FastAPI".into(),
            Kind::FastApi,
            address,
            process,
            Some((0, "fastapi")),
        );
        Ok(())
    }

    /// Starts a peer and waits until it answers.
    fn program(
        &mut self,
        name: &str,
        command: Command,
        address: SocketAddr,
        places: &Places,
    ) -> anyhow::Result<u32> {
        let log = places.work.join(format!("{name}.log"));
        let mut process = Process::spawn(name, command, &log)?;
        let waited = wait_until(START, &format!("{name} to answer"), || {
            !process.is_running() || get_status(address, "/health") == Some(200)
        });
        if waited.is_err() || !process.is_running() {
            bail!("{name} does not start: {}", process.log_tail(20));
        }
        let id = process.id();
        self.processes.push(process);
        Ok(id)
    }
}
