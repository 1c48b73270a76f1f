//! A server of the test's own, which tells what it received.

use std::io::{Read as _, Write as _};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::mpsc::{self, Receiver};

/// How it answers.
#[derive(Clone, Copy)]
pub(crate) enum Answer {
    /// `200` with the body `hello`.
    Hello,
    /// Never.
    Nothing,
    /// The beginning of a body, and then nothing.
    HalfABody,
}

/// A listener on 127.0.0.1; the first line of each request goes to `requests`.
pub(crate) struct Listener {
    pub(crate) address: SocketAddr,
    pub(crate) requests: Receiver<String>,
}

impl Listener {
    pub(crate) fn start(answer: Answer) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap();
        let (sender, requests) = mpsc::channel();
        std::thread::spawn(move || {
            // Kept open until the test ends: a closed connection would be an answer.
            let mut connections = Vec::new();
            for stream in listener.incoming().map_while(Result::ok) {
                connections.push(serve(stream, answer, &sender));
            }
        });
        Self { address, requests }
    }

    /// A port of 127.0.0.1 that nobody listens on.
    pub(crate) fn closed_port() -> u16 {
        TcpListener::bind("127.0.0.1:0")
            .unwrap()
            .local_addr()
            .unwrap()
            .port()
    }
}

fn serve(mut stream: TcpStream, answer: Answer, sender: &mpsc::Sender<String>) -> TcpStream {
    let mut head = vec![0; 4096];
    let length = stream.read(&mut head).unwrap_or(0);
    let head = String::from_utf8_lossy(&head[..length]).into_owned();
    let _ = sender.send(head.lines().next().unwrap_or_default().to_owned());
    let text: &[u8] = match answer {
        Answer::Hello => b"HTTP/1.1 200 OK\r\ncontent-length: 5\r\nconnection: close\r\n\r\nhello",
        Answer::Nothing => b"",
        Answer::HalfABody => b"HTTP/1.1 200 OK\r\ncontent-length: 5\r\n\r\nhel",
    };
    let _ = stream.write_all(text);
    stream
}
