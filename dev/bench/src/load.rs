//! A load of HTTP/1.1 calls over connections that stay open, as cheap in CPU as it can be: one thread, requests made by the caller.

use anyhow::{Context, bail, ensure};
use futures::future::try_join_all;
use http_body_util::{BodyExt, Full};
use hyper::body::Bytes;
use hyper::client::conn::http1::{SendRequest, handshake};
use hyper::{Method, Request};
use hyper_util::rt::TokioIo;
use std::net::SocketAddr;
use std::time::{Duration, Instant};
use tokio::net::TcpStream;
use tokio::task::{LocalSet, spawn_local};
use tokio::time::{sleep_until, timeout};

/// No call may take longer.
const LIMIT: Duration = Duration::from_secs(30);

/// One call, the status that it must have, and the token for a server that wants one.
#[derive(Clone, Debug, Default)]
pub(crate) struct Ask {
    pub(crate) method: Method,
    pub(crate) path: String,
    pub(crate) body: String,
    pub(crate) status: u16,
    pub(crate) token: Option<String>,
}

/// Whose turn it is: the connection, and how many calls it has made.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Turn {
    pub(crate) connection: usize,
    pub(crate) call: usize,
}

/// How to call.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Load {
    pub(crate) address: SocketAddr,
    pub(crate) connections: usize,
    pub(crate) time: Duration,
    /// Calls per second in all; as fast as possible when it is `None`.
    pub(crate) pace: Option<f64>,
    /// Calls of each connection at most.
    pub(crate) most: usize,
}

/// What came of it. Every call had the status that it must have.
#[derive(Clone, Debug, Default)]
pub(crate) struct Outcome {
    pub(crate) time: Duration,
    /// In microseconds, sorted. Of paced calls from the moment at which they were due.
    pub(crate) latencies: Vec<u32>,
}

impl Outcome {
    pub(crate) fn count(&self) -> usize {
        self.latencies.len()
    }

    pub(crate) fn per_second(&self) -> f64 {
        self.count() as f64 / self.time.as_secs_f64().max(1e-9)
    }
}

/// Calls until the time is over.
///
/// # Errors
/// With the first answer that has another status than it must have, or that does not come.
pub(crate) fn run(load: &Load, plan: &dyn Fn(Turn) -> Ask) -> anyhow::Result<Outcome> {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()?;
    LocalSet::new().block_on(&runtime, async {
        let connections = (0..load.connections).map(|_| connect(load.address));
        let senders = try_join_all(connections).await?;
        let begun = Instant::now();
        let all = senders
            .into_iter()
            .enumerate()
            .map(|(connection, sender)| one(load, connection, sender, begun, plan));
        let all = try_join_all(all).await?;
        let time = begun.elapsed();
        let mut latencies: Vec<u32> = all.into_iter().flatten().collect();
        latencies.sort_unstable();
        Ok(Outcome { time, latencies })
    })
}

async fn connect(address: SocketAddr) -> anyhow::Result<SendRequest<Full<Bytes>>> {
    let stream = TcpStream::connect(address)
        .await
        .with_context(|| format!("cannot connect to {address}"))?;
    stream.set_nodelay(true)?;
    let (sender, connection) = handshake(TokioIo::new(stream)).await?;
    spawn_local(connection);
    Ok(sender)
}

async fn one(
    load: &Load,
    connection: usize,
    mut sender: SendRequest<Full<Bytes>>,
    begun: Instant,
    plan: &dyn Fn(Turn) -> Ask,
) -> anyhow::Result<Vec<u32>> {
    let mut latencies = Vec::with_capacity(4096);
    for call in 0..load.most {
        let mut from = Instant::now();
        if let Some(pace) = load.pace {
            let number = call * load.connections + connection;
            from = begun + Duration::from_secs_f64(number as f64 / pace);
            if from >= begun + load.time {
                break;
            }
            sleep_until(from.into()).await;
        } else if begun.elapsed() >= load.time {
            break;
        }
        let ask = plan(Turn { connection, call });
        // A server may end a connection between two calls.
        if sender.ready().await.is_err() {
            sender = connect(load.address).await?;
        }
        let answer = timeout(LIMIT, send(&mut sender, load.address, &ask)).await;
        answer.with_context(|| format!("{} {}: no answer in time", ask.method, ask.path))??;
        latencies.push(u32::try_from(from.elapsed().as_micros()).unwrap_or(u32::MAX));
    }
    Ok(latencies)
}

async fn send(
    sender: &mut SendRequest<Full<Bytes>>,
    address: SocketAddr,
    ask: &Ask,
) -> anyhow::Result<Bytes> {
    let what = || format!("{} http://{address}{}", ask.method, ask.path);
    let mut request = Request::builder()
        .method(&ask.method)
        .uri(&ask.path)
        .header("host", "127.0.0.1");
    if !ask.body.is_empty() {
        request = request.header("content-type", "application/json");
    }
    if let Some(token) = &ask.token {
        request = request.header("authorization", format!("Bearer {token}"));
    }
    let request = request.body(Full::from(ask.body.clone()))?;
    let response = sender.send_request(request).await.with_context(what)?;
    let status = response.status().as_u16();
    let body = response.into_body().collect().await.with_context(what)?;
    let body = body.to_bytes();
    if status != ask.status {
        let body = String::from_utf8_lossy(&body);
        bail!("{}: {status}, not {}: {body}", what(), ask.status);
    }
    Ok(body)
}

/// One call, and the body of its answer.
pub(crate) fn once(address: SocketAddr, ask: &Ask) -> anyhow::Result<String> {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()?;
    let body = LocalSet::new().block_on(&runtime, async {
        let mut sender = connect(address).await?;
        timeout(LIMIT, send(&mut sender, address, ask)).await?
    })?;
    ensure!(ask.status == 204 || !body.is_empty(), "an empty answer");
    Ok(String::from_utf8(body.to_vec())?)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::{BufRead, BufReader, Write};
    use std::net::TcpListener;

    /// Answers every request with this status, on every connection.
    fn server(status: &'static str) -> SocketAddr {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap();
        std::thread::spawn(move || {
            for mut stream in listener.incoming().map_while(Result::ok) {
                std::thread::spawn(move || {
                    let lines = BufReader::new(stream.try_clone().unwrap()).lines();
                    for line in lines.map_while(Result::ok) {
                        if line.is_empty() {
                            write!(stream, "HTTP/1.1 {status}\r\ncontent-length: 2\r\n\r\nok")
                                .unwrap();
                        }
                    }
                });
            }
        });
        address
    }

    fn ask() -> Ask {
        Ask {
            path: "/x".into(),
            status: 200,
            ..Ask::default()
        }
    }

    fn load(address: SocketAddr) -> Load {
        Load {
            address,
            connections: 3,
            time: Duration::from_secs(20),
            pace: None,
            most: 5,
        }
    }

    #[test]
    fn every_connection_makes_its_calls_and_all_are_counted() {
        let outcome = run(&load(server("200 OK")), &|_| ask()).unwrap();
        assert_eq!(outcome.count(), 15);
        assert!(outcome.latencies.is_sorted() && outcome.per_second() > 1.0);
    }

    #[test]
    fn an_answer_with_another_status_is_an_error_that_shows_it() {
        let outcome = run(&load(server("500 Sad")), &|_| ask());
        let error = format!("{:#}", outcome.unwrap_err());
        assert!(
            error.contains("GET http://127.0.0.1") && error.contains("500, not 200: ok"),
            "{error}"
        );
    }

    #[test]
    fn a_pace_is_kept() {
        let load = Load {
            time: Duration::from_millis(500),
            pace: Some(100.0),
            most: usize::MAX,
            ..load(server("200 OK"))
        };
        let outcome = run(&load, &|_| ask()).unwrap();
        assert_eq!(outcome.count(), 50);
    }

    #[test]
    fn one_call_gives_the_body() {
        assert_eq!(once(server("200 OK"), &ask()).unwrap(), "ok");
    }
}
