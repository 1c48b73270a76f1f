//! Just enough HTTP/1.1 to ask a server on this machine whether it is there.

use std::io::{Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::time::Duration;

const TIMEOUT: Duration = Duration::from_secs(2);

/// The most of an answer that is read, in bytes.
const MAX_ANSWER: u64 = 64 * 1024;

/// The status of `GET path` on `address`; `None` when there is no answer within two seconds.
#[must_use]
pub fn get_status(address: SocketAddr, path: &str) -> Option<u16> {
    let mut stream = TcpStream::connect_timeout(&address, TIMEOUT).ok()?;
    stream.set_read_timeout(Some(TIMEOUT)).ok()?;
    stream.set_write_timeout(Some(TIMEOUT)).ok()?;
    // In one piece: a server that answers and closes after the first of several would reset the connection.
    let request = format!("GET {path} HTTP/1.1\r\nHost: {address}\r\nConnection: close\r\n\r\n");
    stream.write_all(request.as_bytes()).ok()?;
    // To its end: closing earlier would be an error in the server's log.
    let mut answer = Vec::new();
    stream.take(MAX_ANSWER).read_to_end(&mut answer).ok()?;
    status(&answer)
}

/// The number in a status line such as `HTTP/1.1 200 OK`.
fn status(answer: &[u8]) -> Option<u16> {
    let line = answer.split(|byte| *byte == b'\r').next()?;
    let mut words = std::str::from_utf8(line).ok()?.split(' ');
    words
        .next()
        .filter(|version| version.starts_with("HTTP/1."))?;
    words.next()?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::net::TcpListener;

    #[test]
    fn the_status_is_the_second_word_of_an_http_answer() {
        assert_eq!(status(b"HTTP/1.1 204 No Content\r\n\r\n"), Some(204));
        assert_eq!(status(b"HTTP/1.0 200\r\n\r\nbody"), Some(200));
        assert_eq!(status(b"SSH-2.0-OpenSSH 200\r\n"), None);
        assert_eq!(status(b""), None);
    }

    #[test]
    fn a_server_that_answers_is_seen_and_a_closed_port_is_not() {
        let server = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = server.local_addr().unwrap();
        let answering = std::thread::spawn(move || {
            let (mut client, _) = server.accept().unwrap();
            let mut request = [0; 256];
            let length = client.read(&mut request).unwrap();
            client
                .write_all(b"HTTP/1.1 503 Away\r\ncontent-length: 0\r\n\r\n")
                .unwrap();
            String::from_utf8_lossy(&request[..length]).into_owned()
        });
        assert_eq!(get_status(address, "/x"), Some(503));
        assert!(answering.join().unwrap().starts_with("GET /x HTTP/1.1\r\n"));
        assert_eq!(get_status(address, "/x"), None);
    }
}
