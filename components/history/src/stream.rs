//! GET /api/:user_id/events/stream: the events of a user as they are committed, as server-sent events (WHATWG HTML, section 9.2).
//!
//! Each has an `id`, with which a client that was cut off asks for what came after it. A stream holds an instance, but a connection of
//! the database only while it looks.

use domain::UserId;
use http::header::{CACHE_CONTROL, CONTENT_TYPE};
use http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode};
use platform::{Body, Reply, Response, log};
use std::time::{Duration, Instant};
use storage::Store;
use storage::follow::{self, Place};
use web::{Call, Problem, Query, cursor};

/// Then the client asks anew, with a token that is checked anew.
const LONGEST: usize = 300;
/// Between two looks: soon after an event, and later and later while there is none.
const PAUSES: (Duration, Duration) = (Duration::from_millis(100), Duration::from_secs(3));
/// So that nobody between takes the connection for dead, and a client that has gone is noticed.
const HEARTBEAT: Duration = Duration::from_secs(15);
/// How often the beginning is looked for while transactions are under way.
const TRIES: usize = 50;

const LAST_EVENT_ID: HeaderName = HeaderName::from_static("last-event-id");

pub(crate) async fn stream(call: Call) -> Result<Reply, Problem> {
    let mut query = Query::of(call.request.uri());
    let seconds = query.number("seconds", 1..=LONGEST);
    query.finish()?;
    let place = match last(call.request.headers())? {
        Some(seq) => Place::behind(seq),
        None => now(&call).await?,
    };
    let mut head = Response::new(Vec::new());
    for (name, value) in [
        (CONTENT_TYPE, "text/event-stream"),
        (CACHE_CONTROL, "no-store"),
        // Or nginx would keep what is sent until its buffer is full.
        (HeaderName::from_static("x-accel-buffering"), "no"),
    ] {
        head.headers_mut()
            .insert(name, HeaderValue::from_static(value));
    }
    if call.request.method() == Method::HEAD {
        return Ok(head.into());
    }
    let time = Duration::from_secs(seconds.unwrap_or(LONGEST) as u64);
    let user = call.user;
    Ok(Reply::streaming(head, move |body| async move {
        Stream { user, place, body }.run(time).await
    }))
}

/// The sequence number that `Last-Event-ID` stands for; an empty one is none, as a browser has it before the first event.
fn last(headers: &HeaderMap) -> Result<Option<i64>, Problem> {
    let Some(id) = headers.get(LAST_EVENT_ID).filter(|id| !id.is_empty()) else {
        return Ok(None);
    };
    let seq = id.to_str().ok().and_then(cursor::decode::<i64>);
    seq.map(Some).ok_or_else(|| {
        Problem::new(
            StatusCode::BAD_REQUEST,
            "Last-Event-ID is not the id of an event of this stream",
        )
    })
}

/// The place behind all events that there are.
async fn now(call: &Call) -> Result<Place, Problem> {
    for _ in 0..TRIES {
        if let Some(place) = follow::end(&call.store, &call.user).await? {
            return Ok(place);
        }
        platform::sleep(PAUSES.0).await;
    }
    Err(Problem::unavailable())
}

struct Stream {
    user: UserId,
    place: Place,
    body: Body,
}

impl Stream {
    /// Until the time is up, or the client has gone.
    async fn run(mut self, time: Duration) -> Body {
        let begun = Instant::now();
        // What a client reads now and what comes now leave nothing out.
        let ready = format!("retry: 1000\nevent: ready\nid: {}\ndata:\n\n", self.id());
        let mut listens = self.body.send(ready.as_bytes()).await;
        let (mut pause, mut sent) = (PAUSES.0, Instant::now());
        while listens && begun.elapsed() < time {
            let new = self.look().await;
            if new.is_empty() {
                let left = time.saturating_sub(begun.elapsed());
                platform::sleep(pause.min(left)).await;
                pause = if self.place.is_settling() {
                    PAUSES.0
                } else {
                    PAUSES.1.min(pause * 3 / 2)
                };
                if sent.elapsed() < HEARTBEAT {
                    continue;
                }
            } else {
                pause = PAUSES.0;
            }
            let text = if new.is_empty() { ":\n\n" } else { &*new };
            listens = self.body.send(text.as_bytes()).await;
            sent = Instant::now();
        }
        self.body
    }

    fn id(&self) -> String {
        cursor::encode(&self.place.seq())
    }

    /// What is new, as it is sent. A database that is away has nothing new.
    async fn look(&mut self) -> String {
        match self.place.advance(&Store::open(), &self.user).await {
            Ok(events) => events
                .iter()
                .map(|(seq, event)| shown(*seq, event))
                .collect(),
            Err(error) => {
                log::warn(format!("events are not looked for: {error}"));
                String::new()
            }
        }
    }
}

/// A CloudEvent is JSON on one line, as it was committed.
fn shown(seq: i64, event: &str) -> String {
    let mut text = format!("id: {}\n", cursor::encode(&seq));
    for line in event.lines() {
        text.push_str("data: ");
        text.push_str(line);
        text.push('\n');
    }
    text.push('\n');
    text
}
