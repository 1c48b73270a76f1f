//! Just enough HTTP/1.1 to be called as a sidecar: one request after the other on a connection.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;

/// What was asked.
#[derive(Debug)]
pub(crate) struct Request {
    /// Path and query.
    pub(crate) target: String,
    pub(crate) content_type: String,
    pub(crate) body: Vec<u8>,
}

/// The next request; `None` when the connection has ended or makes no sense.
pub(crate) fn read(stream: &mut TcpStream) -> Option<Request> {
    // Nobody pipelines here, so nothing is lost in the buffer.
    let mut reader = BufReader::new(stream);
    let target = line(&mut reader)?.split(' ').nth(1)?.to_owned();
    let (mut length, mut chunked, mut content_type) = (0, false, String::new());
    loop {
        let header = line(&mut reader)?;
        let Some((name, value)) = header.split_once(':') else {
            break;
        };
        match name.to_ascii_lowercase().as_str() {
            "content-length" => length = value.trim().parse().ok()?,
            "transfer-encoding" => chunked = value.trim().eq_ignore_ascii_case("chunked"),
            "content-type" => value.trim().clone_into(&mut content_type),
            _ => {}
        }
    }
    let body = if chunked {
        chunks(&mut reader)?
    } else {
        exactly(&mut reader, length)?
    };
    Some(Request {
        target,
        content_type,
        body,
    })
}

/// Sends an answer.
pub(crate) fn write(stream: &mut TcpStream, status: u16, body: &str) -> Option<()> {
    let length = if status == 204 {
        String::new()
    } else {
        format!("content-length: {}\r\n", body.len())
    };
    write!(
        stream,
        "HTTP/1.1 {status} -\r\ncontent-type: application/json\r\n{length}\r\n{body}"
    )
    .ok()
}

fn line(reader: &mut impl BufRead) -> Option<String> {
    let mut line = String::new();
    let read = reader.read_line(&mut line).ok()?;
    (read > 0).then(|| line.trim_end().to_owned())
}

fn exactly(reader: &mut impl Read, length: usize) -> Option<Vec<u8>> {
    let mut body = vec![0; length];
    reader.read_exact(&mut body).ok()?;
    Some(body)
}

fn chunks(reader: &mut impl BufRead) -> Option<Vec<u8>> {
    let mut body = Vec::new();
    loop {
        let size = usize::from_str_radix(line(reader)?.split(';').next()?.trim(), 16).ok()?;
        body.extend(exactly(reader, size)?);
        line(reader)?;
        if size == 0 {
            return Some(body);
        }
    }
}
