//! A stand-in for the Dapr sidecar's publish calls that behaves as badly as it is told. The real one is tested
//! elsewhere; this one shows what a task call does while a bus refuses, hangs, or comes back.

mod answer;
#[cfg(test)]
mod tests;

use std::sync::{Arc, Condvar, Mutex, MutexGuard};

pub use answer::{Answer, TOO_LARGE};
use serde_json::Value;

use crate::stand_in::{Request, Server};

use crate::contract::assert_seen;

/// One event that the sidecar took.
#[derive(Clone, Debug)]
pub struct Published {
    /// The topic in the path.
    pub topic: String,
    /// The record key: `partitionKey` in the metadata.
    pub key: Option<String>,
    /// The CloudEvent.
    pub event: Value,
    /// How it was declared.
    pub content_type: String,
}

#[derive(Debug)]
struct State {
    answer: Answer,
    published: Vec<Published>,
    /// So many of them have been compared with the contract.
    judged: usize,
    /// The record keys of each call's events.
    calls: Vec<Vec<Option<String>>>,
    closed: bool,
}

/// A sidecar on 127.0.0.1, on a port of its own.
#[derive(Debug)]
pub struct Sidecar {
    server: Server,
    shared: Arc<(Mutex<State>, Condvar)>,
}

impl Sidecar {
    /// Listens, and behaves like this.
    #[track_caller]
    pub fn start(answer: Answer) -> Self {
        // Any port that the system chooses: not one of a stack beside us whose sidecar is away for a moment, because what
        // this one takes would be lost there.
        Self::start_on(0, answer)
    }

    /// Stops listening, so that its port is free.
    pub fn stop(self) -> u16 {
        self.server.port()
    }

    /// Listens on this port; 0 is a free one.
    #[track_caller]
    pub fn start_on(port: u16, answer: Answer) -> Self {
        let state = State {
            answer,
            published: Vec::new(),
            judged: 0,
            calls: Vec::new(),
            closed: false,
        };
        let shared = Arc::new((Mutex::new(state), Condvar::new()));
        let for_server = Arc::clone(&shared);
        let server = Server::start(port, move |request| serve(request, &for_server));
        Self { server, shared }
    }

    /// Its address, for `dapr_url`.
    pub fn url(&self) -> String {
        self.server.url()
    }

    /// Behaves like this from now on, also towards the calls that hang.
    pub fn answer(&self, answer: Answer) {
        lock(&self.shared).answer = answer;
        self.shared.1.notify_all();
    }

    /// How many publish calls have arrived, whatever became of them.
    pub fn calls(&self) -> usize {
        lock(&self.shared).calls.len()
    }

    /// How many events of a user each publish call had, whatever became of them.
    pub fn calls_with(&self, user_id: &str) -> Vec<usize> {
        let state = lock(&self.shared);
        let of_user = |keys: &Vec<Option<String>>| {
            let own = keys.iter().filter(|key| key.as_deref() == Some(user_id));
            own.count()
        };
        state.calls.iter().map(of_user).collect()
    }

    /// What it has taken, in that order: events as `docs/asyncapi.json` has them.
    #[track_caller]
    pub fn published(&self) -> Vec<Published> {
        let (judged, published) = {
            let mut state = lock(&self.shared);
            let published = state.published.clone();
            (
                std::mem::replace(&mut state.judged, published.len()),
                published,
            )
        };
        for one in published.iter().skip(judged) {
            assert_seen(&one.event);
        }
        published
    }

    /// What it has taken for one user, in that order.
    pub fn published_for(&self, user_id: &str) -> Vec<Published> {
        let mut all = self.published();
        all.retain(|one| one.event["data"]["user_id"] == user_id);
        all
    }
}

impl Drop for Sidecar {
    fn drop(&mut self) {
        lock(&self.shared).closed = true;
        self.shared.1.notify_all();
    }
}

fn lock(shared: &(Mutex<State>, Condvar)) -> MutexGuard<'_, State> {
    shared.0.lock().expect("no thread of the sidecar panics")
}

/// Answers a call, when it need not hang any more; not at all when the sidecar ends before.
fn serve(request: &Request, shared: &(Mutex<State>, Condvar)) -> Option<(u16, String)> {
    let mut state = lock(shared);
    let keys = entries(request).into_iter().map(|(_, one)| one.key);
    state.calls.push(keys.collect());
    let state = shared
        .1
        .wait_while(state, |state| state.answer == Answer::Hang && !state.closed);
    let mut state = state.expect("no thread of the sidecar panics");
    (!state.closed).then(|| publish(&mut state, request))
}

/// Takes or refuses the events of one call, and answers as told.
fn publish(state: &mut State, request: &Request) -> (u16, String) {
    let entries = entries(request);
    if entries.is_empty() {
        return (404, String::new());
    }
    if let Some(answer) = state.answer.to_the_call(&entries, request.body.len()) {
        return answer;
    }
    let (taken, failed): (Vec<_>, Vec<_>) = entries
        .into_iter()
        .partition(|(_, one)| state.answer.takes(one));
    state
        .published
        .extend(taken.into_iter().map(|(_, one)| one));
    if failed.is_empty() {
        return (204, String::new());
    }
    let failed: Vec<_> = failed.into_iter().map(|(entry_id, _)| entry_id).collect();
    (500, state.answer.failure(&failed))
}

/// The events in a call: `POST /v1.0/publish/<pubsub>/<topic>` has one, `.../publish/bulk/<pubsub>/<topic>` a list.
fn entries(request: &Request) -> Vec<(Value, Published)> {
    let (path, query) = request
        .target
        .split_once('?')
        .unwrap_or((&request.target, ""));
    let json: Value = serde_json::from_slice(&request.body).unwrap_or_default();
    match path.split('/').collect::<Vec<_>>()[..] {
        ["", "v1.0" | "v1.0-alpha1", "publish", "bulk", _, topic] => json
            .as_array()
            .into_iter()
            .flatten()
            .map(|entry| bulk_entry(topic, entry))
            .collect(),
        ["", "v1.0", "publish", _, topic] => {
            let key = query
                .split('&')
                .find_map(|pair| pair.strip_prefix("metadata.partitionKey="));
            let content_type = request.content_type().to_owned();
            let one = Published {
                topic: topic.into(),
                key: key.map(str::to_owned),
                event: json,
                content_type,
            };
            vec![(Value::Null, one)]
        }
        _ => Vec::new(),
    }
}

fn bulk_entry(topic: &str, entry: &Value) -> (Value, Published) {
    // An event may be sent as JSON or as a string of JSON: Dapr takes both.
    let event = match &entry["event"] {
        Value::String(text) => serde_json::from_str(text).unwrap_or_default(),
        other => other.clone(),
    };
    let text = |value: &Value| value.as_str().map(str::to_owned);
    let key = text(&entry["metadata"]["partitionKey"]);
    let content_type = text(&entry["contentType"]).unwrap_or_default();
    (
        entry["entryId"].clone(),
        Published {
            topic: topic.to_owned(),
            key,
            event,
            content_type,
        },
    )
}
