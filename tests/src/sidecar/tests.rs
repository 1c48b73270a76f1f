//! The stand-in itself: it takes both forms of a publish call and behaves as told.

use std::net::{Ipv4Addr, TcpListener};
use std::thread;

use serde_json::json;

use super::*;
use crate::client::Client;
use crate::wait::{SOON, eventually};

fn start(answer: Answer) -> (Sidecar, Client) {
    let sidecar = Sidecar::start(answer);
    let client = Client::new(&sidecar.url());
    (sidecar, client)
}

fn entry(id: &str, key: &str) -> Value {
    json!({"entryId": id, "event": {"id": id}, "contentType": "application/cloudevents+json",
           "metadata": {"partitionKey": key}})
}

#[test]
fn takes_a_single_event() {
    let (sidecar, client) = start(Answer::Accept);
    let call = client.call(
        "POST",
        "/v1.0/publish/kafka-pubsub/tasks?metadata.partitionKey=ann",
    );
    call.raw("application/cloudevents+json", br#"{"id": "1"}"#)
        .send()
        .expect(204);
    let published = sidecar.published();
    assert_eq!(
        (published[0].topic.as_str(), published[0].key.as_deref()),
        ("tasks", Some("ann"))
    );
    assert_eq!(published[0].event, json!({"id": "1"}));
}

#[test]
fn takes_many_and_refuses_those_of_one_key() {
    let (sidecar, client) = start(Answer::RefuseKey("bob".into()));
    let body = json!([entry("1", "ann"), entry("2", "bob"), entry("3", "ann")]);
    let reply = client
        .post("/v1.0/publish/bulk/kafka-pubsub/tasks", &body)
        .expect(500);
    assert_eq!(reply.json()["failedEntries"][0]["entryId"], "2");
    let ids: Vec<_> = sidecar
        .published()
        .iter()
        .map(|one| one.event["id"].clone())
        .collect();
    assert_eq!(ids, ["1", "3"]);
}

#[test]
fn hangs_until_told_otherwise_and_frees_its_port() {
    let (sidecar, client) = start(Answer::Hang);
    thread::scope(|scope| {
        let call =
            scope.spawn(|| client.post("/v1.0/publish/kafka-pubsub/tasks", &json!({"id": "1"})));
        eventually(SOON, "the call arrives", || {
            (sidecar.calls() == 1).then_some(())
        });
        assert_eq!(sidecar.published().len(), 0);
        sidecar.answer(Answer::Refuse);
        call.join().expect("an answer").expect(500);
    });
    let port = sidecar.stop();
    TcpListener::bind((Ipv4Addr::LOCALHOST, port)).expect("the port is free");
}
