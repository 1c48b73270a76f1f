//! A client of `GET /api/{u}/events/stream` that can be cut off at any time.

use std::io::{BufRead, BufReader, Write};
use std::net::{Shutdown, TcpStream};
use std::time::Duration;

use serde_json::Value;
use ureq::http::Uri;

use crate::user::User;

/// What has come of a stream.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Frame {
    /// The first one, with its id: whatever is committed from here on will come.
    Ready(String),
    /// An event, with its id.
    Event(String, Value),
    /// A line that only says that somebody is there.
    Heartbeat,
}

impl Frame {
    /// What to go on from, if it says so.
    pub fn id(&self) -> Option<&str> {
        match self {
            Self::Ready(id) | Self::Event(id, _) => Some(id),
            Self::Heartbeat => None,
        }
    }
}

/// An open stream. Dropping it cuts it off.
#[derive(Debug)]
pub struct EventsStream {
    socket: TcpStream,
    reader: BufReader<TcpStream>,
    head: String,
}

impl EventsStream {
    /// Asks for the user's stream, behind the event with this id if there is one; any answer.
    #[track_caller]
    pub fn open(user: &User, query: &str, last: Option<&str>) -> Self {
        let base: Uri = user.client.base().parse().expect("an address");
        let host = base.host().expect("a host");
        let socket = TcpStream::connect((host, base.port_u16().unwrap_or(80)));
        let socket = socket.expect("a connection");
        socket
            .set_read_timeout(Some(Duration::from_secs(60)))
            .expect("a time-out");
        let last = last.map_or_else(String::new, |id| format!("last-event-id: {id}\r\n"));
        // HTTP/1.0 has no chunks: the body is what comes until the connection ends.
        let request = format!(
            "GET /api/{}/events/stream{query} HTTP/1.0\r\nhost: {host}\r\n{last}\r\n",
            user.id
        );
        (&socket).write_all(request.as_bytes()).expect("a request");
        let reader = BufReader::new(socket.try_clone().expect("a reader"));
        let mut stream = Self {
            socket,
            reader,
            head: String::new(),
        };
        stream.head = stream.block().unwrap_or_default();
        stream
    }

    /// Status line and headers.
    pub fn head(&self) -> &str {
        &self.head
    }

    /// The lines up to an empty one; `None` at the end.
    fn block(&mut self) -> Option<String> {
        let mut block = String::new();
        loop {
            let start = block.len();
            match self.reader.read_line(&mut block) {
                Ok(0) | Err(_) => return None,
                Ok(_) if block[start..].trim_end().is_empty() => {
                    block.truncate(start);
                    return Some(block);
                }
                Ok(_) => {}
            }
        }
    }

    /// The next of it; `None` when it has ended.
    #[track_caller]
    pub fn next_frame(&mut self) -> Option<Frame> {
        let block = self.block()?;
        let field = |name: &str| {
            let of_line = |line: &str| {
                line.strip_prefix(name)?
                    .strip_prefix(": ")
                    .map(str::to_owned)
            };
            block.lines().find_map(of_line)
        };
        if block.lines().all(|line| line.starts_with(':')) {
            return Some(Frame::Heartbeat);
        }
        let id = field("id").unwrap_or_else(|| panic!("no id in {block:?}"));
        if field("event").as_deref() == Some("ready") {
            return Some(Frame::Ready(id));
        }
        let data = field("data").unwrap_or_default();
        let event = serde_json::from_str(&data);
        Some(Frame::Event(
            id,
            event.unwrap_or_else(|error| panic!("{block:?}: {error}")),
        ))
    }

    /// The next event, and its id.
    #[track_caller]
    pub fn next_event(&mut self) -> Option<(String, Value)> {
        loop {
            if let Frame::Event(id, event) = self.next_frame()? {
                return Some((id, event));
            }
        }
    }
}

impl Drop for EventsStream {
    fn drop(&mut self) {
        let _ = self.socket.shutdown(Shutdown::Both);
    }
}
