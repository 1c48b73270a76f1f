//! A stand-in for the service that alerts are sent to: it keeps what comes and answers as it is told.

use std::sync::{Arc, Mutex, MutexGuard};

use serde_json::Value;

use crate::stand_in::Server;

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

/// A service on 127.0.0.1, on a port of its own, until this value is dropped.
#[derive(Debug)]
pub struct Webhook {
    server: Server,
    alerts: Arc<Mutex<Vec<Alert>>>,
}

impl Webhook {
    /// Listens, and answers every call with this status.
    #[track_caller]
    pub fn start(status: u16) -> Self {
        let alerts = Arc::new(Mutex::new(Vec::new()));
        let for_server = Arc::clone(&alerts);
        let server = Server::start(0, move |request| {
            lock(&for_server).push(Alert {
                target: request.target.clone(),
                content_type: request.content_type().to_owned(),
                json: serde_json::from_slice(&request.body).unwrap_or_default(),
            });
            Some((status, "{}".to_owned()))
        });
        Self { server, alerts }
    }

    /// Where it is, without a path.
    pub fn url(&self) -> String {
        self.server.url()
    }

    /// What has come, in that order.
    pub fn alerts(&self) -> Vec<Alert> {
        lock(&self.alerts).clone()
    }
}

fn lock(alerts: &Mutex<Vec<Alert>>) -> MutexGuard<'_, Vec<Alert>> {
    alerts.lock().expect("no thread of the webhook panics")
}
