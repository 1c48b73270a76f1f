//! Asking a server on this machine whether it is there.

use std::net::SocketAddr;
use std::time::Duration;

const TIMEOUT: Duration = Duration::from_secs(2);

/// The status of `GET path` on `address`; `None` when there is no answer within two seconds.
#[must_use]
pub fn get_status(address: SocketAddr, path: &str) -> Option<u16> {
    let request = ureq::get(format!("http://{address}{path}"));
    let request = request.header("connection", "close").config();
    let mut response = request
        .timeout_global(Some(TIMEOUT))
        .http_status_as_error(false)
        .build()
        .call()
        .ok()?;
    // To its end: closing earlier would be an error in the server's log.
    let _ = response.body_mut().read_to_vec();
    Some(response.status().as_u16())
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::{Read, Write};
    use std::net::TcpListener;

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
