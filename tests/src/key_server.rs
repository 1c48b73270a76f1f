//! A stand-in for an identity provider: it answers every call with a JWK Set, and counts them.

use std::net::{Ipv4Addr, TcpListener, TcpStream};
use std::sync::{Arc, Mutex, MutexGuard};
use std::thread;

use serde_json::{Value, json};

use crate::sidecar::wire;

#[derive(Debug)]
struct State {
    status: u16,
    body: String,
    calls: usize,
    closed: bool,
}

/// A server on 127.0.0.1, on a port of its own, until this value is dropped.
#[derive(Debug)]
pub struct KeyServer {
    port: u16,
    state: Arc<Mutex<State>>,
}

impl KeyServer {
    /// Listens, and has these keys.
    #[track_caller]
    pub fn start(keys: &[Value]) -> Self {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).expect("a free port");
        let port = listener.local_addr().expect("it is bound").port();
        let state = Arc::new(Mutex::new(State {
            status: 200,
            body: json!({"keys": keys}).to_string(),
            calls: 0,
            closed: false,
        }));
        let for_thread = Arc::clone(&state);
        thread::spawn(move || {
            for stream in listener.incoming().map_while(Result::ok) {
                if lock(&for_thread).closed {
                    return;
                }
                let state = Arc::clone(&for_thread);
                thread::spawn(move || serve(stream, &state));
            }
        });
        Self { port, state }
    }

    /// From now on it has these keys.
    pub fn rotate(&self, keys: &[Value]) {
        self.answer(200, &json!({"keys": keys}).to_string());
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
        format!("http://127.0.0.1:{}", self.port)
    }
}

impl Drop for KeyServer {
    fn drop(&mut self) {
        lock(&self.state).closed = true;
        // Wakes the thread that accepts, so that the port is free again.
        let _ = TcpStream::connect((Ipv4Addr::LOCALHOST, self.port));
    }
}

fn lock(state: &Arc<Mutex<State>>) -> MutexGuard<'_, State> {
    state.lock().expect("no thread of the server panics")
}

fn serve(mut stream: TcpStream, state: &Arc<Mutex<State>>) {
    while wire::read(&mut stream).is_some() {
        let mut state = lock(state);
        state.calls += 1;
        let (status, body) = (state.status, state.body.clone());
        drop(state);
        if wire::write(&mut stream, status, &body).is_none() {
            return;
        }
    }
}
