//! What the stand-ins for other services have in common: each listens on a port of its own and answers calls.

mod wire;

use std::net::{Ipv4Addr, TcpListener, TcpStream};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::{self, JoinHandle};

pub(crate) use wire::{Request, Response};

/// A server on 127.0.0.1, until this value is dropped.
#[derive(Debug)]
pub(crate) struct Server {
    port: u16,
    closed: Arc<AtomicBool>,
    /// Has the port until it ends.
    listening: Option<JoinHandle<()>>,
}

impl Server {
    /// Listens on this port, 0 for any that is free, and answers each call with what `answer` gives, a status and a body
    /// of JSON as a rule; a call without one is cut off.
    #[track_caller]
    pub(crate) fn start<R: Into<Response>>(
        port: u16,
        answer: impl Fn(&Request) -> Option<R> + Send + Sync + 'static,
    ) -> Self {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, port)).expect("the port is free");
        let port = listener.local_addr().expect("it is bound").port();
        let closed = Arc::new(AtomicBool::new(false));
        let for_thread = Arc::clone(&closed);
        let answer = Arc::new(answer);
        let listening = thread::spawn(move || {
            for mut stream in listener.incoming().map_while(Result::ok) {
                if for_thread.load(Ordering::SeqCst) {
                    return;
                }
                let answer = Arc::clone(&answer);
                thread::spawn(move || {
                    while let Some(request) = wire::read(&mut stream) {
                        let Some(response) = answer(&request) else {
                            return;
                        };
                        if wire::write(&mut stream, &response.into()).is_none() {
                            return;
                        }
                    }
                });
            }
        });
        Self {
            port,
            closed,
            listening: Some(listening),
        }
    }

    pub(crate) fn port(&self) -> u16 {
        self.port
    }

    /// Where it is, without a path.
    pub(crate) fn url(&self) -> String {
        format!("http://127.0.0.1:{}", self.port)
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.closed.store(true, Ordering::SeqCst);
        // Wakes the thread that accepts; when it has ended, the port is free again.
        let _ = TcpStream::connect((Ipv4Addr::LOCALHOST, self.port));
        let _ = self.listening.take().map(JoinHandle::join);
    }
}
