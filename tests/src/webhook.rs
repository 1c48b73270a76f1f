//! A stand-in for the service that alerts are sent to: it keeps what comes and answers as it is told.

use std::net::{Ipv4Addr, TcpListener, TcpStream};
use std::sync::{Arc, Mutex, MutexGuard};
use std::thread;

use serde_json::Value;

use crate::sidecar::wire;

/// One call.
#[derive(Clone, Debug)]
pub struct Alert {
    /// Path and query.
    pub target: String,
    /// How the body was declared.
    pub content_type: String,
    /// The body.
    pub json: Value,
}

#[derive(Debug)]
struct State {
    status: u16,
    alerts: Vec<Alert>,
    closed: bool,
}

/// A service on 127.0.0.1, on a port of its own, until this value is dropped.
#[derive(Debug)]
pub struct Webhook {
    port: u16,
    state: Arc<Mutex<State>>,
}

impl Webhook {
    /// Listens, and answers every call with this status.
    #[track_caller]
    pub fn start(status: u16) -> Self {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).expect("a free port");
        let port = listener.local_addr().expect("it is bound").port();
        let state = Arc::new(Mutex::new(State {
            status,
            alerts: Vec::new(),
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

    /// Where it is, without a path.
    pub fn url(&self) -> String {
        format!("http://127.0.0.1:{}", self.port)
    }

    /// What has come, in that order.
    pub fn alerts(&self) -> Vec<Alert> {
        lock(&self.state).alerts.clone()
    }
}

impl Drop for Webhook {
    fn drop(&mut self) {
        lock(&self.state).closed = true;
        // Wakes the thread that accepts, so that the port is free again.
        let _ = TcpStream::connect((Ipv4Addr::LOCALHOST, self.port));
    }
}

fn lock(state: &Arc<Mutex<State>>) -> MutexGuard<'_, State> {
    state.lock().expect("no thread of the webhook panics")
}

fn serve(mut stream: TcpStream, state: &Arc<Mutex<State>>) {
    while let Some(request) = wire::read(&mut stream) {
        let mut state = lock(state);
        state.alerts.push(Alert {
            target: request.target,
            content_type: request.content_type,
            json: serde_json::from_slice(&request.body).unwrap_or_default(),
        });
        let status = state.status;
        drop(state);
        if wire::write(&mut stream, status, "{}").is_none() {
            return;
        }
    }
}
