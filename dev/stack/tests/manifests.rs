//! Every overlay of k8s/, judged by a Kubernetes API server that has the operators' resource definitions.

#![allow(clippy::unwrap_used, reason = "a helper of a test panics to fail it")]

use stack::{Kubernetes, NEVER, ensure_definitions, ensure_kubernetes, kustomize};
use std::path::{Path, PathBuf};
use std::sync::LazyLock;

const OVERLAYS: [&str; 4] = [
    "local/sidecar",
    "local/shared-dapr",
    "production/sidecar",
    "production/shared-dapr",
];

fn repository() -> PathBuf {
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    here.join("../..").canonicalize().unwrap()
}

fn program() -> PathBuf {
    ensure_kubernetes(&repository(), NEVER).unwrap()
}

fn overlay(name: &str) -> String {
    kustomize(&program(), &repository().join("k8s/overlays").join(name)).unwrap()
}

/// One server for all tests here. It ends with their process.
fn server() -> &'static Kubernetes {
    static SERVER: LazyLock<(Kubernetes, tempfile::TempDir)> = LazyLock::new(|| {
        let folder = tempfile::tempdir().unwrap();
        let server = Kubernetes::start(&program(), folder.path()).unwrap();
        let definitions = ensure_definitions(&repository(), NEVER).unwrap();
        let definitions = definitions.display().to_string();
        for words in [
            vec!["create", "--validate=false", "-f", &definitions],
            vec![
                "wait",
                "--for=condition=established",
                "--timeout=60s",
                "crd",
                "--all",
            ],
            vec!["create", "namespace", "todo-backend"],
        ] {
            server.tell(&words, "").unwrap();
        }
        (server, folder)
    });
    &SERVER.0
}

/// What the server says of resources, without keeping them. Unknown and repeated fields are errors.
fn judged(resources: &str) -> anyhow::Result<String> {
    let words = "apply --server-side --dry-run=server --validate=strict -f -";
    server().tell(&words.split(' ').collect::<Vec<_>>(), resources)
}

#[test]
fn every_resource_of_every_overlay_is_accepted() {
    for name in OVERLAYS {
        let resources = overlay(name);
        let said = judged(&resources).unwrap_or_else(|error| panic!("{name}: {error:#}"));
        let accepted = said.matches(" serverside-applied (server dry run)").count();
        let wanted = resources.lines().filter(|line| line.starts_with("kind: "));
        assert_eq!(accepted, wanted.count(), "{name}: {said}");
        assert!(accepted > 15 && !said.contains("Warning"), "{name}: {said}");
    }
}

#[test]
fn a_wrong_field_of_each_operator_is_refused() {
    let resources = overlay("production/shared-dapr");
    for (right, wrong) in [
        ("executor: todo-backend", "executer: todo-backend"),
        ("periodSeconds: 5\n", "periodSeconds: soon\n"),
        ("deploymentConfig:", "deploymentConfigs:"),
        ("partitions: 24", "partitions: -1"),
        ("type: scram-sha-512", "type: scram-sha-1"),
        ("- controller\n", "- controler\n"),
        ("poolMode: transaction", "poolMode: transactions"),
        ("instances: 3", "instances: three"),
        ("scopes:\n", "scope:\n"),
        ("targets:\n", "target:\n"),
        ("maxReplicas: 12", "maxReplicas: 0"),
        ("pathType: Prefix", "pathType: Prefixed"),
        ("- port: dapr-metrics", "- ports: dapr-metrics"),
        ("- alert: TodoDeadLetters", "- alarm: TodoDeadLetters"),
    ] {
        let changed = resources.replacen(right, wrong, 1);
        assert_ne!(changed, resources, "there is no {right:?}");
        assert!(judged(&changed).is_err(), "{wrong:?} is accepted");
    }
}

/// The one resource that no overlay has: it completes what SpinKube's operator makes.
#[test]
fn the_delay_of_the_stop_fits_a_deployment() {
    let drain = std::fs::read_to_string(repository().join("k8s/app/drain.yaml")).unwrap();
    // What the operator makes of the SpinApp, as far as the server asks for it.
    let whole = drain.replace(
        "  template:\n    spec:\n      containers:\n        - name: todo-backend\n",
        "  selector: {matchLabels: {a: b}}\n  template:\n    metadata: {labels: {a: b}}\n    spec:\n      \
         containers:\n        - name: todo-backend\n          image: a\n",
    );
    assert_ne!(whole, drain);
    judged(&whole).unwrap();
    assert!(judged(&whole.replace("sleep:", "sleeps:")).is_err());
}
