//! A Kubernetes API server with its etcd and kubectl, and what the operators add to it: enough to judge manifests, and
//! nothing runs them.

use crate::process::GivenUp;
use crate::run::{finished, step};
use crate::service::Service;
use crate::{apt_install, cache, free_port, go, on_path, output};
use anyhow::Context;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

const START_DEADLINE: Duration = Duration::from_secs(120);

/// Whoever may call the server, which listens on this machine only.
const TOKEN: &str = "local";

const VERSION: &str = "-s -w -X k8s.io/component-base/version.gitVersion=v1.34.0 \
    -X k8s.io/component-base/version.gitMajor=1 -X k8s.io/component-base/version.gitMinor=34 \
    -X k8s.io/client-go/pkg/version.gitVersion=v1.34.0";

/// The program of dev/cluster/kubernetes/control, built from Go modules: etcd, kube-apiserver and kubectl in one.
pub fn ensure_kubernetes(root: &Path, given_up: GivenUp<'_>) -> anyhow::Result<PathBuf> {
    let module = root.join("dev/cluster/kubernetes");
    let inputs = ["go.mod", "go.sum", "control/main.go"].map(|name| module.join(name));
    let folder = cache::ensure("kubernetes", &inputs, given_up, |folder| {
        let log = folder.join("setup.log");
        let mut go = go::ensure(&module.join("go.mod"), &log, given_up)?;
        go.current_dir(&module).env("CGO_ENABLED", "0");
        go.args(["build", "-trimpath", "-ldflags", VERSION, "-o"]);
        go.arg(folder.join("control")).arg("./control");
        let what = "building kube-apiserver, kubectl and etcd from Go modules";
        step(what, "4 to 15 minutes on two cores", go, &log, given_up)
    })?;
    Ok(folder.join("control"))
}

/// The folder of the operators' resource definitions, by dev/cluster/crds.
pub fn ensure_definitions(root: &Path, given_up: GivenUp<'_>) -> anyhow::Result<PathBuf> {
    let here = root.join("dev/cluster/crds");
    let inputs = ["build.sh", "pom.xml"].map(|name| here.join(name));
    cache::ensure("definitions", &inputs, given_up, |folder| {
        let log = folder.join("setup.log");
        let go = go::ensure(&root.join("dev/daprd/go.mod"), &log, given_up)?;
        if on_path("mvn").is_none() {
            apt_install(&["maven"], given_up)?;
        }
        if output(Command::new("python3").args(["-m", "pip", "--version"])).is_err() {
            apt_install(&["python3-pip"], given_up)?;
        }
        let mut build = Command::new("sh");
        build
            .arg(here.join("build.sh"))
            .arg(folder)
            .env("GO", go.get_program());
        let what = "collecting the operators' resource definitions";
        step(what, "half a minute", build, &log, given_up)
    })
}

/// A server whose resources live as long as this value.
#[derive(Debug)]
pub struct Kubernetes {
    program: PathBuf,
    address: String,
    // In this order they end.
    _server: Service,
    _etcd: Service,
}

impl Kubernetes {
    /// Starts one with its state in `folder`, with `program` of [`ensure_kubernetes`].
    pub fn start(program: &Path, folder: &Path) -> anyhow::Result<Self> {
        fs::create_dir_all(folder)?;
        let at = |name: &str| folder.join(name).display().to_string();
        let etcd_url = format!("http://127.0.0.1:{}", free_port());
        let peer_url = format!("http://127.0.0.1:{}", free_port());
        let (data, peer) = (at("etcd"), format!("default={peer_url}"));
        let mut etcd = Command::new(program);
        etcd.args(["etcd", "--unsafe-no-fsync", "--data-dir", &data]);
        etcd.args(["--listen-client-urls", &etcd_url]);
        etcd.args(["--advertise-client-urls", &etcd_url]);
        etcd.args(["--listen-peer-urls", &peer_url]);
        etcd.args(["--initial-advertise-peer-urls", &peer_url]);
        etcd.args(["--initial-cluster", &peer]);
        let mut etcd_service = Service::new("etcd", folder.join("etcd.log"));
        let healthy = || {
            let address = etcd_url
                .strip_prefix("http://")
                .and_then(|at| at.parse().ok());
            address.is_some_and(|address| crate::get_status(address, "/health") == Some(200))
        };
        etcd_service.start(etcd, START_DEADLINE, healthy)?;

        let mut kubernetes = Self {
            program: program.to_owned(),
            address: format!("https://127.0.0.1:{}", free_port()),
            _server: Service::new("kube-apiserver", folder.join("kube-apiserver.log")),
            _etcd: etcd_service,
        };
        let command = kubernetes.server(&etcd_url, folder)?;
        let mut ready = kubernetes.kubectl(&["get", "--raw", "/readyz"]);
        let server = &mut kubernetes._server;
        server.start(command, START_DEADLINE, || output(&mut ready).is_ok())?;
        Ok(kubernetes)
    }

    fn server(&self, etcd: &str, folder: &Path) -> anyhow::Result<Command> {
        let key = folder.join("service-accounts.key");
        let mut openssl = Command::new("openssl");
        output(openssl.args(["genrsa", "-out"]).arg(&key)).context("no key")?;
        let tokens = folder.join("tokens");
        fs::write(&tokens, format!("{TOKEN},admin,1,system:masters\n"))?;
        let port = self.address.rsplit(':').next().unwrap_or_default();
        let mut server = Command::new(&self.program);
        server.args(["kube-apiserver", "--etcd-servers", etcd]);
        server.args("--bind-address 127.0.0.1 --advertise-address 127.0.0.1".split(' '));
        server.args("--endpoint-reconciler-type none --authorization-mode AlwaysAllow".split(' '));
        server.args("--service-account-issuer https://kubernetes.default.svc".split(' '));
        server.args("--service-cluster-ip-range 10.96.0.0/16".split(' '));
        server.args(["--secure-port", port]);
        for (option, file) in [
            ("--token-auth-file", &tokens),
            ("--cert-dir", &folder.join("certificates")),
            ("--service-account-key-file", &key),
            ("--service-account-signing-key-file", &key),
        ] {
            server.arg(option).arg(file);
        }
        Ok(server)
    }

    /// kubectl with these arguments, for this server.
    #[must_use]
    pub fn kubectl(&self, arguments: &[&str]) -> Command {
        let mut kubectl = Command::new(&self.program);
        kubectl.args(["kubectl", "--server", &self.address, "--token", TOKEN]);
        // Its certificate is its own; both are on this machine.
        kubectl.arg("--insecure-skip-tls-verify").args(arguments);
        kubectl
    }

    /// What kubectl says to both of its outputs when it is given `input`.
    ///
    /// # Errors
    /// When it fails; the message has what it said.
    pub fn tell(&self, arguments: &[&str], input: &str) -> anyhow::Result<String> {
        let output = finished(&mut self.kubectl(arguments), input)?;
        let said = [output.stdout, output.stderr].concat();
        Ok(String::from_utf8_lossy(&said).into_owned())
    }
}

/// The resources of a folder of kustomize, as `kubectl kustomize` prints them; no server is asked.
pub fn kustomize(program: &Path, folder: &Path) -> anyhow::Result<String> {
    output(
        Command::new(program)
            .args(["kubectl", "kustomize"])
            .arg(folder),
    )
}
