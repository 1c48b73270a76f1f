//! Just enough HTTP/1.1 to be called as a sidecar: one request after the other on a connection.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;

/// What was asked.
#[derive(Clone, Debug)]
pub(crate) struct Request {
    pub(crate) method: String,
    /// Path and query.
    pub(crate) target: String,
    /// Names in lower case.
    pub(crate) headers: Vec<(String, String)>,
    pub(crate) body: Vec<u8>,
}

impl Request {
    pub(crate) fn content_type(&self) -> &str {
        let mut headers = self.headers.iter();
        let found = headers.find(|(name, _)| name == "content-type");
        found.map_or("", |(_, value)| value.as_str())
    }
}

/// What is answered.
#[derive(Debug)]
pub(crate) struct Response {
    pub(crate) status: u16,
    pub(crate) headers: Vec<(String, String)>,
    pub(crate) body: String,
}

impl From<(u16, String)> for Response {
    /// JSON.
    fn from((status, body): (u16, String)) -> Self {
        let headers = vec![("content-type".to_owned(), "application/json".to_owned())];
        Self {
            status,
            headers,
            body,
        }
    }
}

/// The next request; `None` when the connection has ended or makes no sense.
pub(crate) fn read(stream: &mut TcpStream) -> Option<Request> {
    // Nobody pipelines here, so nothing is lost in the buffer.
    let mut reader = BufReader::new(stream);
    let first = line(&mut reader)?;
    let (method, rest) = first.split_once(' ')?;
    let target = rest.split(' ').next()?.to_owned();
    let (mut length, mut chunked, mut headers) = (0, false, Vec::new());
    loop {
        let header = line(&mut reader)?;
        let Some((name, value)) = header.split_once(':') else {
            break;
        };
        match name.to_ascii_lowercase().as_str() {
            "content-length" => length = value.trim().parse().ok()?,
            "transfer-encoding" => chunked = value.trim().eq_ignore_ascii_case("chunked"),
            _ => {}
        }
        headers.push((name.to_ascii_lowercase(), value.trim().to_owned()));
    }
    let body = if chunked {
        chunks(&mut reader)?
    } else {
        exactly(&mut reader, length)?
    };
    Some(Request {
        method: method.to_owned(),
        target,
        headers,
        body,
    })
}

/// Sends an answer.
pub(crate) fn write(stream: &mut TcpStream, response: &Response) -> Option<()> {
    let Response {
        status,
        headers,
        body,
    } = response;
    let mut text = format!("HTTP/1.1 {status} -\r\n");
    for (name, value) in headers {
        text.push_str(&format!("{name}: {value}\r\n"));
    }
    if *status != 204 {
        text.push_str(&format!("content-length: {}\r\n", body.len()));
    }
    write!(stream, "{text}\r\n{body}").ok()
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
