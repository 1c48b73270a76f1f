//! A real Kafka, and a real sidecar on it: what one writes, Kafka's own consumer reads.

#![allow(clippy::unwrap_used, reason = "a helper of a test panics to fail it")]

use serde::Deserialize as _;
use serde_json::Value;
use stack::{
    Daprd, DaprdOptions, Kafka, KafkaOptions, NEVER, Record, TOPICS, ensure_daprd, ensure_kafka,
};
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::time::Duration;

/// How long a consumer waits for a record that is not there.
const QUIET: Duration = Duration::from_secs(20);

fn repository() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("../..")
        .canonicalize()
        .unwrap()
}

fn kafka(folder: &Path) -> Kafka {
    let options = KafkaOptions {
        jars: ensure_kafka(&repository(), NEVER).unwrap(),
        root: repository(),
        data_dir: folder.join("kafka"),
        port: None,
        brokers: 1,
        log: folder.join("kafka.log"),
    };
    Kafka::start(options).unwrap()
}

fn sidecar(folder: &Path, kafka: &Kafka, app_port: u16) -> Daprd {
    let options = DaprdOptions {
        program: ensure_daprd(&repository(), NEVER).unwrap(),
        root: repository(),
        work_dir: folder.join("dapr"),
        brokers: kafka.brokers(),
        app_port,
        http_port: None,
        app_api_token: String::new(),
        dapr_api_token: String::new(),
        log: folder.join("daprd.log"),
    };
    Daprd::start(options).unwrap()
}

/// An application that subscribes to nothing and acknowledges everything. Its thread ends with the test's process.
fn application() -> u16 {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    std::thread::spawn(move || {
        for stream in listener.incoming().flatten() {
            std::thread::spawn(move || answer(&stream));
        }
    });
    port
}

fn answer(mut stream: &TcpStream) {
    let mut reader = BufReader::new(stream);
    let mut length = 0;
    let mut line = String::new();
    while reader.read_line(&mut line).is_ok_and(|read| read > 0) {
        let header = line.to_ascii_lowercase();
        if let Some(value) = header.strip_prefix("content-length:") {
            length = value.trim().parse().unwrap_or(0);
        }
        if header.trim().is_empty() {
            let _ = std::io::copy(&mut (&mut reader).take(length), &mut std::io::sink());
            let reply =
                "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 2\r\n\r\n[]";
            if stream.write_all(reply.as_bytes()).is_err() {
                return;
            }
            length = 0;
        }
        line.clear();
    }
}

/// The status of the answer.
fn post(daprd: &Daprd, path: &str, content_type: &str, body: &str) -> u16 {
    let request = ureq::post(format!("{}{path}", daprd.url())).content_type(content_type);
    let request = request.config().http_status_as_error(false).build();
    request.send(body).unwrap().status().as_u16()
}

fn event(id: &str) -> String {
    format!(
        r#"{{"specversion":"1.0","id":"{id}","type":"task.created","source":"todo-backend","partitionkey":"ann","data":{{}}}}"#
    )
}

/// Publishes one event alone and two in bulk, each with a record key.
fn publish(daprd: &Daprd) {
    let path = "/v1.0/publish/kafka-pubsub/tasks?metadata.partitionKey=ann";
    let reply = post(daprd, path, "application/cloudevents+json", &event("one"));
    assert_eq!(reply, 204);

    let entry = |id: &str, key: &str| {
        let event = event(id);
        format!(
            r#"{{"entryId":"{id}","event":{event},"contentType":"application/cloudevents+json","metadata":{{"partitionKey":"{key}"}}}}"#
        )
    };
    let body = format!("[{},{}]", entry("two", "ann"), entry("three", "bob"));
    let reply = post(
        daprd,
        "/v1.0/publish/bulk/kafka-pubsub/tasks",
        "application/json",
        &body,
    );
    assert_eq!(reply, 204);
}

fn keys_and_values(records: &[Record]) -> Vec<(&str, &str)> {
    records
        .iter()
        .map(|record| {
            (
                record.key.as_deref().unwrap_or("none"),
                record.value.as_str(),
            )
        })
        .collect()
}

#[test]
fn records_survive_a_restart_and_a_crash_of_kafka() {
    let folder = tempfile::tempdir().unwrap();
    let mut kafka = kafka(folder.path());
    kafka
        .tools()
        .produce("tasks-dlq", &[("ann", "first"), ("bob", "second")])
        .unwrap();

    assert!(kafka.stop(), "it had to be killed");
    kafka.start_again().unwrap();
    kafka
        .tools()
        .produce("tasks-dlq", &[("ann", "third")])
        .unwrap();

    kafka.kill();
    kafka.start_again().unwrap();
    let records = kafka.tools().read("tasks-dlq", 3, QUIET).unwrap();
    assert_eq!(
        keys_and_values(&records),
        [("ann", "first"), ("bob", "second"), ("ann", "third")]
    );
    assert_eq!(
        records
            .iter()
            .map(|record| record.offset)
            .collect::<Vec<_>>(),
        [0, 1, 2]
    );
}

#[test]
fn the_sidecar_with_the_clusters_components_publishes_under_the_users_key() {
    let folder = tempfile::tempdir().unwrap();
    let kafka = kafka(folder.path());
    let mut daprd = sidecar(folder.path(), &kafka, application());
    publish(&daprd);

    let records = kafka.tools().read("tasks", 3, QUIET).unwrap();
    let of = |id: &str| {
        records
            .iter()
            .find(|record| record.value.contains(&format!("\"id\":\"{id}\"")))
            .unwrap()
    };
    assert_eq!(of("one").key.as_deref(), Some("ann"));
    assert_eq!(of("two").key.as_deref(), Some("ann"));
    assert_eq!(of("three").key.as_deref(), Some("bob"));
    assert_eq!(
        of("one").partition,
        of("two").partition,
        "one user, one partition"
    );
    assert!(
        of("one").offset < of("two").offset,
        "in the order of publishing"
    );
    assert!(
        of("two").value.contains(r#""type":"task.created""#),
        "{}",
        of("two").value
    );

    // What is not in the list of topics is refused, by the component's own scopes.
    let reply = post(
        &daprd,
        "/v1.0/publish/kafka-pubsub/other",
        "application/json",
        "{}",
    );
    assert_eq!(reply, 403);

    daprd.kill();
    daprd.start_again().unwrap();
    assert!(daprd.stop(), "it had to be killed");
}

#[test]
fn the_topics_are_those_of_the_cluster() {
    let manifest = repository().join("k8s/kafka/strimzi/kafka-topics.yaml");
    let manifest = std::fs::read_to_string(manifest).unwrap();
    let described: Vec<_> = yaml_serde::Deserializer::from_str(&manifest)
        .map(|topic| Value::deserialize(topic).unwrap())
        .map(|topic| {
            let name = topic["metadata"]["name"].as_str().unwrap().to_owned();
            (name, topic["spec"]["partitions"].to_string())
        })
        .collect();
    let expected: Vec<_> = TOPICS
        .iter()
        .map(|(name, partitions)| ((*name).to_owned(), partitions.to_string()))
        .collect();
    assert_eq!(described, expected);
}
