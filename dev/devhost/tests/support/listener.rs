//! A server of the test's own, which tells what it received.

use std::io::{Read as _, Write as _};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::mpsc::{self, Receiver};
use std::sync::{Arc, Mutex};

const HELLO: &[u8] = b"HTTP/1.1 200 OK\r\ncontent-length: 5\r\nconnection: close\r\n\r\nhello";

/// How it answers.
#[derive(Clone, Copy)]
pub(crate) enum Answer {
    /// `200` with the body `hello`.
    Hello,
    /// Never, unless the test says so.
    Nothing,
    /// The beginning of a body, and then nothing.
    HalfABody,
}

/// A listener on 127.0.0.1; the first line of each request goes to `requests`.
pub(crate) struct Listener {
    pub(crate) address: SocketAddr,
    pub(crate) requests: Receiver<String>,
    /// Kept open until the test ends: a closed connection would be an answer.
    connections: Arc<Mutex<Vec<TcpStream>>>,
}

impl Listener {
    pub(crate) fn start(answer: Answer) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap();
        let (sender, requests) = mpsc::channel();
        let connections = Arc::new(Mutex::new(Vec::new()));
        let keep = connections.clone();
        std::thread::spawn(move || {
            for mut stream in listener.incoming().map_while(Result::ok) {
                let first = serve(&mut stream, answer);
                keep.lock().unwrap().push(stream);
                let _ = sender.send(first);
            }
        });
        Self {
            address,
            requests,
            connections,
        }
    }

    /// Answers those that wait for `Answer::Nothing`.
    pub(crate) fn answer_now(&self) {
        for stream in self.connections.lock().unwrap().iter_mut() {
            stream.write_all(HELLO).unwrap();
        }
    }
}

/// Reads a request and answers it; the first line of the request.
fn serve(stream: &mut TcpStream, answer: Answer) -> String {
    let mut head = vec![0; 4096];
    let length = stream.read(&mut head).unwrap_or(0);
    let head = String::from_utf8_lossy(&head[..length]).into_owned();
    let text: &[u8] = match answer {
        Answer::Hello => HELLO,
        Answer::Nothing => b"",
        Answer::HalfABody => b"HTTP/1.1 200 OK\r\ncontent-length: 5\r\n\r\nhel",
    };
    let _ = stream.write_all(text);
    head.lines().next().unwrap_or_default().to_owned()
}
