//! The names in the resources of k8s/ lead somewhere: to another resource, to what an operator makes of one, to a Secret that
//! docs/deploy.md makes, to spin.toml. Each overlay is walked as kubectl prints it.

#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a helper of a test panics to fail it"
)]

mod complaints;
mod operators;
mod resources;
mod selectors;

use complaints::complaints;
use resources::{Resources, repository};

const OVERLAYS: [&str; 4] = [
    "local/sidecar",
    "local/shared-dapr",
    "production/sidecar",
    "production/shared-dapr",
];

#[test]
fn every_name_of_every_overlay_leads_somewhere() {
    for name in OVERLAYS {
        let found = complaints(&Resources::of_overlay(name));
        assert!(found.is_empty(), "{name}: {found:#?}");
    }
}

/// What stands in the resources, and what leads nowhere in its place.
const MISTAKES: &[(&str, &str)] = &[
    ("name: todo-db-app", "name: todo-db-apps"),
    ("key: dbname", "key: database"),
    ("key: ops-token", "key: operators-token"),
    (
        "caCertSecret: todo-backend-authorities",
        "caCertSecret: authorities",
    ),
    ("secretName: todo-backend-tls", "secretName: tls"),
    (
        "dapr.io/app-token-secret: todo-backend-app-token",
        "dapr.io/app-token-secret: app-token",
    ),
    (
        "value: todo-db-pooler-rw.todo-backend:5432",
        "value: todo-db-pooler.todo-backend:5432",
    ),
    (
        "value: http://todo-backend-shared-dapr.todo-backend:3500",
        "value: http://todo-backend-shared-dapr.todo:3500",
    ),
    ("name: todo-backend-closed", "name: todo-backend-dapr"),
    (
        "value: kafka-kafka-bootstrap:9093",
        "value: kafka-bootstrap:9093",
    ),
    (
        "value: kafka-kafka-bootstrap:9093",
        "value: kafka-kafka-bootstrap:9092",
    ),
    ("name: todo-backend-closed", "name: todo-backend-shut"),
    (
        "app-channel-address: todo-backend.",
        "app-channel-address: todo.",
    ),
    ("executor: todo-backend", "executor: other"),
    ("value: reminders\n", "value: reminder\n"),
    ("name: tasks-dlq", "name: tasks-dead"),
    (
        "value: todo-backend=tasks,reminders,tasks-dlq",
        "value: todo-backend=tasks,reminders",
    ),
    ("dapr.io/app-id: todo-backend", "dapr.io/app-id: todo"),
    ("value: kafka-pubsub", "value: pubsub"),
    ("      relay-outbox:", "      relay-the-outbox:"),
    ("value: /jobs/redeliver", "value: /jobs/deliver-again"),
    ("- name: event_bus", "- name: bus"),
    ("SPIN_VARIABLE_DATABASE_NAME", "SPIN_VARIABLE_DATABASE"),
    ("strimzi.io/cluster: kafka", "strimzi.io/cluster: other"),
    ("name: todo-backend-migrations", "name: migrations"),
    ("name: todo-backend-queries", "name: queries"),
    (
        "core.spinkube.dev/app-name: todo-backend",
        "core.spinkube.dev/app-name: todo",
    ),
    (
        "app.kubernetes.io/name: todo-backend-shared-dapr",
        "app.kubernetes.io/name: dapr",
    ),
    (
        "cnpg.io/poolerName: todo-db-pooler-rw",
        "cnpg.io/poolerName: todo-db-pooler",
    ),
    ("todo-backend/uses: kafka", "todo-backend/uses: the-broker"),
];

#[test]
fn a_name_that_leads_nowhere_is_found() {
    let text = resources::printed("production/shared-dapr");
    for (right, wrong) in MISTAKES {
        let changed = text.replacen(right, wrong, 1);
        assert_ne!(changed, text, "there is no {right:?}");
        let found = complaints(&Resources::of(&changed));
        assert!(!found.is_empty(), "{wrong:?} is not found");
    }
}

#[test]
fn an_application_before_its_executor_is_found() {
    let text = resources::printed("local/sidecar");
    let mut documents: Vec<&str> = text.split("\n---\n").collect();
    documents.reverse();
    let found = complaints(&Resources::of(&documents.join("\n---\n")));
    assert_eq!(found.len(), 1, "{found:?}");
}

/// Whoever follows docs/deploy.md makes no Secret that nothing reads.
#[test]
fn every_secret_that_is_made_by_hand_is_read() {
    let mut unread: Vec<String> = resources::made_by_hand().into_keys().collect();
    for name in OVERLAYS {
        let read = Resources::of_overlay(name).secrets_read();
        unread.retain(|secret| !read.iter().any(|(name, _)| name == secret));
    }
    assert!(unread.is_empty(), "{unread:?}");
    assert!(repository().join("docs/deploy.md").exists());
}
