//! A stand-in for an identity provider: it answers every call with a JWK Set, and counts them.

use std::sync::{Arc, Mutex, MutexGuard};

use serde_json::{Value, json};

use crate::stand_in::Server;

#[derive(Debug)]
struct State {
    status: u16,
    body: String,
    calls: usize,
}

/// A server on 127.0.0.1, on a port of its own, until this value is dropped.
#[derive(Debug)]
pub struct KeyServer {
    server: Server,
    state: Arc<Mutex<State>>,
}

impl KeyServer {
    /// Listens, and has these keys.
    #[track_caller]
    pub fn start(keys: &[Value]) -> Self {
        let state = Arc::new(Mutex::new(State {
            status: 200,
            body: set(keys),
            calls: 0,
        }));
        let for_server = Arc::clone(&state);
        let server = Server::start(0, move |_| {
            let mut state = lock(&for_server);
            state.calls += 1;
            Some((state.status, state.body.clone()))
        });
        Self { server, state }
    }

    /// From now on it has these keys.
    pub fn rotate(&self, keys: &[Value]) {
        self.answer(200, &set(keys));
    }

    /// From now on it answers this.
    pub fn answer(&self, status: u16, body: &str) {
        let mut state = lock(&self.state);
        state.status = status;
        body.clone_into(&mut state.body);
    }

    /// How often it was asked.
    pub fn calls(&self) -> usize {
        lock(&self.state).calls
    }

    /// Where it is, without a path.
    pub fn url(&self) -> String {
        self.server.url()
    }
}

fn set(keys: &[Value]) -> String {
    json!({"keys": keys}).to_string()
}

fn lock(state: &Mutex<State>) -> MutexGuard<'_, State> {
    state.lock().expect("no thread of the server panics")
}
