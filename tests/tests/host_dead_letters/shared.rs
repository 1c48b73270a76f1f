//! The host that most of these tests share, and what an operator does with its dead letters.

use std::sync::OnceLock;

use e2e::{Bus, Call, Client, Event, LocalHost, Reply, SOON, User, deliver, eventually, id_of};
use serde_json::{Value, json};

pub(crate) const TOKEN: &str = "the operators' token";

/// A host with an operators' token.
#[track_caller]
pub(crate) fn start(name: &str, bus: &Bus, more: &[(&str, &str)]) -> LocalHost {
    let variables = [&[("auth", "off"), ("ops_token", TOKEN)], more].concat();
    LocalHost::start_closed(name, bus, &variables)
}

/// The shared one, with the local bus. It dies with the test process.
pub(crate) fn host() -> &'static LocalHost {
    static HOST: OnceLock<LocalHost> = OnceLock::new();
    HOST.get_or_init(|| start("dead-letters", &Bus::Local, &[]))
}

/// A new user of the shared host.
pub(crate) fn user() -> User {
    User::new(host().client())
}

/// A call with the operators' token.
pub(crate) fn ops<'a>(client: &'a Client, method: &str, tail: &str) -> Call<'a> {
    let path = format!("/ops/dead-letters{tail}");
    let call = client.call(method, &path);
    call.header("authorization", &format!("Bearer {TOKEN}"))
}

/// Asks for a replay.
#[track_caller]
pub(crate) fn replay(client: &Client, id: &str) -> Reply {
    ops(client, "POST", &format!("/{id}/replay")).send()
}

/// Every dead letter in this state, newest first.
#[track_caller]
pub(crate) fn letters(client: &Client, state: &str) -> Vec<Value> {
    let (mut all, mut cursor) = (Vec::new(), String::new());
    loop {
        let query = format!("?state={state}&limit=200{cursor}");
        let page = ops(client, "GET", &query).send().expect(200).json();
        all.extend(page["items"].as_array().expect("items").clone());
        match page["next_cursor"].as_str() {
            Some(next) => cursor = format!("&cursor={next}"),
            None => return all,
        }
    }
}

/// Every dead letter in this state with its event.
#[track_caller]
pub(crate) fn whole_letters(client: &Client, state: &str) -> Vec<Value> {
    let all = letters(client, state);
    all.iter().map(|one| whole(client, id_of(one))).collect()
}

/// One dead letter with its event.
#[track_caller]
fn whole(client: &Client, id: &str) -> Value {
    ops(client, "GET", &format!("/{id}"))
        .send()
        .expect(200)
        .json()
}

/// The dead letter with this id, if it is in this state.
#[track_caller]
pub(crate) fn letter(client: &Client, state: &str, id: &str) -> Option<Value> {
    let mut all = letters(client, state);
    all.retain(|letter| letter["id"] == id);
    assert!(all.len() < 2, "twice: {all:?}");
    all.pop().map(|_| whole(client, id))
}

/// Waits until the event with this id is an open dead letter.
#[track_caller]
pub(crate) fn wait_for_letter(client: &Client, id: &str) -> Value {
    eventually(SOON, &format!("the dead letter {id}"), || {
        letter(client, "open", id)
    })
}

/// The alerts about this id in a host's log: their messages.
pub(crate) fn alerts(host: &LocalHost, id: &str) -> Vec<String> {
    let log = host.log();
    let lines = log
        .lines()
        .filter_map(|line| serde_json::from_str::<Value>(line).ok());
    lines
        .filter(|line| line["level"] == "ERROR" && line["component"] == "dead-letter")
        .filter_map(|line| Some(line["message"].as_str()?.to_owned()))
        .filter(|message| message.starts_with("DLQ ALERT") && message.contains(id))
        .collect()
}

/// Waits for so many alerts about this id; the last one.
#[track_caller]
pub(crate) fn wait_for_alerts(host: &LocalHost, id: &str, count: usize) -> String {
    let mut found = eventually(SOON, &format!("{count} alerts about {id}"), || {
        Some(alerts(host, id)).filter(|found| found.len() >= count)
    });
    assert_eq!(found.len(), count, "{found:?}");
    found.remove(count - 1)
}

/// Delivers a body from the dead-letter topic as the sidecar does, which keeps the first topic in a header.
#[track_caller]
pub(crate) fn deliver_dead(client: &Client, topic: &str, body: &[u8]) -> Reply {
    let call = client.call("POST", "/api/events/dead-letter");
    let call = call.header("__topic", topic);
    call.raw("application/cloudevents+json", body).send()
}

/// Delivers the same as it stood at this offset of its first topic, as Kafka's component for Dapr says it.
#[track_caller]
pub(crate) fn deliver_record(client: &Client, offset: u32, body: &[u8]) -> Reply {
    let call = client.call("POST", "/api/events/dead-letter");
    let place = [
        ("__topic", "tasks"),
        ("__partition", "2"),
        ("__offset", &offset.to_string()),
        ("__timestamp", "1764044243000"),
    ];
    let call = place
        .iter()
        .fold(call, |call, (name, value)| call.header(name, value));
    call.raw("application/cloudevents+json", body).send()
}

/// An event of a type that no component handles, so that its replay ends well.
pub(crate) fn harmless(user: &User) -> Value {
    let mut event = poison(user);
    event["type"] = "task.archived".into();
    event
}

/// Makes dead letters of all events that are to be delivered again.
#[track_caller]
pub(crate) fn give_up(host: &LocalHost) {
    host.outbox().execute(
        "UPDATE redeliveries SET given_up = 'tried often enough', next_attempt_at = '2000-01-01T00:00:00.000000'",
        &[],
    );
    deliver(&host.client(), "/jobs/redeliver", b"").expect(200);
}

/// Puts an event into the outbox of a host, as if a change had, and has it published.
#[track_caller]
pub(crate) fn publish(host: &LocalHost, user_id: &str, event: &Value) {
    let inserted = host.outbox().execute(
        "INSERT INTO outbox (event_id, user_id, type, event) VALUES (?1, ?2, ?3, ?4)",
        &[
            &event["id"].as_str(),
            &user_id,
            &event["type"].as_str(),
            &event.to_string(),
        ],
    );
    assert_eq!(inserted, 1);
    deliver(&host.client(), "/jobs/relay-outbox", b"").expect(200);
}

/// An event that no component can handle: it does not say of which task.
pub(crate) fn poison(user: &User) -> Value {
    let task = json!({"id": e2e::new_id(), "user_id": user.id, "version": 2, "completed": true,
                      "is_recurring": false});
    Event::of("task.completed", &task)
        .without_data("task_id")
        .json
}
