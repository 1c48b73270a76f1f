//! The log of a host: one line for each request and event, and traces that hang together.

use std::collections::{BTreeMap, BTreeSet};
use std::thread;

use e2e::tokens::{SECRET, claims_of, signed};
use e2e::trace::{Span, caller, complaint, traces};
use e2e::{Bus, Client, LocalHost, Random, Reply, SOON, eventually, id_of, report};
use serde_json::{Value, json};

const THREADS: u64 = 8;
const ROUNDS: u64 = 25;
/// Of each round.
const REQUESTS: u64 = 5;
const ALL: u64 = THREADS * ROUNDS * REQUESTS;

/// What a caller says of its trace: `traceparent`, and trace and span where it is valid.
type Caller = (Option<String>, Option<(String, String)>);

/// A host where every part has something to do: tokens are verified, and the sidecar's routes want theirs.
fn start(name: &str) -> LocalHost {
    let variables = [("jwt_secret", SECRET), ("app_api_token", "the sidecar's")];
    LocalHost::start_closed(name, &Bus::Local, &variables)
}

struct Session {
    client: Client,
    user: String,
    token: String,
    random: Random,
    callers: Vec<Caller>,
}

impl Session {
    fn new(host: &LocalHost, number: u64) -> Self {
        let user = format!("user{number}");
        Self {
            client: host.client(),
            token: signed("secret", None, &claims_of(&user)),
            user,
            random: Random::new(number),
            callers: Vec::new(),
        }
    }

    /// Makes a call: half of them without a trace, some with a broken one.
    fn call(&mut self, method: &str, tail: &str, body: Option<Value>) -> Reply {
        let flags = ["00", "01"][usize::try_from(self.random.below(2)).unwrap()];
        let (traceparent, trace, span) = caller(&mut self.random, flags);
        let (header, valid) = match self.random.below(6) {
            0..=2 => (None, None),
            3 => (Some(traceparent.to_uppercase() + "-"), None),
            _ => (Some(traceparent), Some((trace, span))),
        };
        let path = format!("/api/{}{tail}", self.user);
        let mut call = self.client.call(method, &path);
        call = call.header("authorization", &format!("Bearer {}", self.token));
        if let Some(header) = &header {
            call = call.header("traceparent", header);
        }
        self.callers.push((header, valid));
        body.iter().fold(call, |call, body| call.json(body)).send()
    }

    /// One round: what makes events, what only reads, what is refused.
    fn round(&mut self, number: u64) {
        let recurring = json!({"title": "secret title", "is_recurring": true, "recurring_interval": "daily",
                               "due_date": format!("20{}-01-01T09:00:00Z", 27 + number)});
        let task = self
            .call("POST", "/tasks", Some(recurring))
            .expect(201)
            .json();
        let one = format!("/tasks/{}", id_of(&task));
        self.call("PATCH", &one, Some(json!({"priority": "high"})))
            .expect(200);
        self.call("POST", &format!("{one}/complete"), None)
            .expect(200);
        match number % 4 {
            0 => self.call("DELETE", &one, None).expect(204),
            1 => self.call("GET", "/notifications", None).expect(200),
            2 => self.call("GET", "/events?limit=1", None).expect(200),
            _ => self
                .call("POST", "/tasks", Some(json!({"title": ""})))
                .expect(422),
        };
        match number % 3 {
            0 => self.call("GET", "/tasks?q=secret-text", None).expect(200),
            1 => self.call("GET", "/tasks/secret-id", None).expect(404),
            _ => self.call("PATCH", "/stats", None).expect(405),
        };
    }
}

/// The log when it says nothing new, and nothing is left to do.
fn settled(host: &LocalHost) -> String {
    let mut last = 0;
    eventually(3 * SOON, "a quiet log and an empty outbox", || {
        let log = host.log();
        let quiet = log.len() == last && host.outbox().pending().is_empty();
        last = log.len();
        thread::sleep(std::time::Duration::from_millis(300));
        quiet.then_some(log)
    })
}

fn of_users(spans: &[Span]) -> Vec<&Span> {
    let own = |span: &&Span| {
        let route = span.line["route"].as_str().unwrap();
        route.starts_with("/api/{user_id}")
    };
    spans.iter().filter(own).collect()
}

#[test]
fn a_thousand_traces_have_one_beginning_each_and_no_orphan() {
    let host = start("traces");
    let sessions: Vec<Session> = thread::scope(|scope| {
        let run = |number| {
            let mut session = Session::new(&host, number);
            (0..ROUNDS).for_each(|round| session.round(round));
            session
        };
        let threads: Vec<_> = (0..THREADS)
            .map(|number| scope.spawn(move || run(number)))
            .collect();
        threads
            .into_iter()
            .map(|thread| thread.join().unwrap())
            .collect()
    });
    let log = settled(&host);
    let traces = traces(&log);

    let mut callers = BTreeMap::new();
    for (trace, span) in sessions
        .iter()
        .flat_map(|session| &session.callers)
        .filter_map(|(_, valid)| valid.clone())
    {
        callers.insert(trace, span);
    }
    let broken: Vec<String> = traces
        .iter()
        .filter_map(|(trace, spans)| complaint(spans, callers.get(trace).map(String::as_str)))
        .collect();
    assert!(
        broken.is_empty(),
        "{} of {}: {}",
        broken.len(),
        traces.len(),
        broken[0]
    );

    // Each request has a trace of its own, and each line of a request is in one.
    let of_requests: Vec<Vec<&Span>> = traces
        .values()
        .map(|spans| of_users(spans))
        .filter(|own| !own.is_empty())
        .collect();
    assert!(of_requests.iter().all(|own| own.len() == 1));
    assert_eq!(of_requests.len() as u64, ALL);
    assert!(callers.keys().all(|trace| traces.contains_key(trace)));
    let broken_headers = sessions.iter().flat_map(|session| &session.callers);
    let broken_headers = broken_headers
        .filter(|(header, valid)| header.is_some() && valid.is_none())
        .count();
    report(&format!(
        "{ALL} requests, {} with a trace, {broken_headers} with a broken one: {} traces of {} spans",
        callers.len(),
        traces.len(),
        traces.values().map(Vec::len).sum::<usize>()
    ));
    events_go_on(&host, &traces, &sessions);
    for secret in [
        "secret",
        "user0",
        "\"message\":\"panicked",
        &sessions[0].token,
    ] {
        let lines: Vec<&str> = log.lines().filter(|line| line.contains(secret)).collect();
        assert!(lines.is_empty(), "{secret}: {}", lines[0]);
    }
}

/// Each event names the span that made it, as it was sampled, and was handled in its trace.
fn events_go_on(host: &LocalHost, traces: &BTreeMap<String, Vec<Span>>, sessions: &[Session]) {
    let unsampled: BTreeSet<&str> = sessions
        .iter()
        .flat_map(|session| &session.callers)
        .filter_map(|(header, valid)| Some((header.as_deref()?, valid.as_ref()?)))
        .filter(|(header, _)| header.ends_with("-00"))
        .map(|(_, (trace, _))| trace.as_str())
        .collect();
    let (mut handlers, mut kinds) = (0, BTreeSet::new());
    for session in sessions {
        for row in host.outbox().of_user(&session.user) {
            let parts = row.event["traceparent"].as_str().unwrap();
            let parts: Vec<&str> = parts.split('-').collect();
            let [version, trace, span, flags] = parts[..] else {
                panic!("{parts:?}")
            };
            let flags_of_trace = if unsampled.contains(trace) {
                "00"
            } else {
                "01"
            };
            assert_eq!((version, flags), ("00", flags_of_trace));
            let spans = &traces[trace];
            let maker = spans
                .iter()
                .find(|one| one.id == span)
                .expect("the span that made it");
            if row.event["source"] == "handler" && row.kind != "reminder.triggered" {
                assert_eq!(maker.line["event_status"], "SUCCESS", "{}", maker.line);
                handlers += 1;
            }
            let handled: Vec<&Span> = spans
                .iter()
                .filter(|one| one.line["event_id"] == row.event_id)
                .collect();
            assert!(
                !handled.is_empty(),
                "{} is handled in another trace",
                row.event
            );
            for one in handled {
                assert_eq!(one.parent.as_deref(), Some(span));
                assert_eq!(one.line["event_type"], row.kind);
                assert!(
                    one.line["outcome"]
                        .as_str()
                        .is_some_and(|text| !text.is_empty()),
                    "{}",
                    one.line
                );
            }
            kinds.insert(row.kind);
        }
    }
    assert!(handlers > 0);
    for kind in [
        "task.created",
        "task.updated",
        "task.completed",
        "task.deleted",
        "reminder.scheduled",
    ] {
        assert!(kinds.contains(kind), "{kind}");
    }
}

/// A line of the log about a request, with these values.
fn line(host: &LocalHost, wanted: &[(&str, Value)]) -> Value {
    eventually(SOON, &format!("a line with {wanted:?}"), || {
        let traces = traces(&host.log());
        let mut spans = traces.into_values().flatten();
        spans
            .find(|span| wanted.iter().all(|(name, value)| span.line[name] == *value))
            .map(|span| span.line)
    })
}

#[test]
fn the_line_of_a_request_says_what_how_and_how_long() {
    let host = start("traces-line");
    let mut session = Session::new(&host, 1);
    session
        .call("POST", "/tasks", Some(json!({"title": "x"})))
        .expect(201);
    let line_of = |method: &str, status: u16| {
        line(
            &host,
            &[("method", json!(method)), ("status", json!(status))],
        )
    };
    let created = line_of("POST", 201);
    assert_eq!(created["component"], "tasks");
    assert_eq!(created["level"], "INFO");
    assert_eq!(created["route"], "/api/{user_id}/tasks");
    assert!(
        created["duration_ms"]
            .as_f64()
            .is_some_and(|time| time > 0.0),
        "{created}"
    );
    let time = created["time"].as_str().unwrap();
    assert!(
        time.ends_with('Z') && chrono::DateTime::parse_from_rfc3339(time).is_ok(),
        "{time}"
    );

    let verified = line(&host, &[("component", json!("verify-token"))]);
    assert_eq!(verified["status"], 204);
    assert_eq!(verified["trace_id"], created["trace_id"]);
    assert_eq!(verified["parent_span_id"], created["span_id"]);

    // A method that the caller made up, and a body that no handler gets to see.
    session.client.call("SECRET", "/api/user1/tasks").send();
    assert_eq!(line_of("other", 401)["route"], "/api/{user_id}/tasks");
    let large = json!({"title": "x".repeat(3_000_000)});
    session.call("PUT", "/tasks/1", Some(large)).expect(413);
    assert_eq!(line_of("PUT", 413)["route"], "/api/{user_id}/tasks/{id}");
}

#[test]
fn a_dropped_event_says_so_in_its_line_and_in_its_trace() {
    let host = start("traces-dropped");
    let event = json!({"specversion": "1.0", "id": "0", "type": "task.deleted", "source": "todo-backend", "data": {},
                       "traceparent": "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"});
    let client = host.client();
    let call = client
        .call("POST", "/api/events/tasks")
        .header("dapr-api-token", "the sidecar's");
    // The sidecar has a span of its own, of which nobody else knows.
    let call = call.header(
        "traceparent",
        "00-0af7651916cd43dd8448eb211c80319c-00f067aa0ba902b7-01",
    );
    call.json(&event).send().expect(200);
    for component in ["task-events", "task-deleted"] {
        let line = line(&host, &[("component", json!(component))]);
        assert_eq!(line["event_status"], "DROP", "{line}");
        assert_eq!(line["event_id"], "0");
        assert_eq!(line["trace_id"], "0af7651916cd43dd8448eb211c80319c");
        assert_eq!(line["parent_span_id"], "b7ad6b7169203331");
    }
    let told = host.log();
    let message = told
        .lines()
        .filter_map(|line| serde_json::from_str::<Value>(line).ok());
    let message = message
        .filter(|line| line["level"] == "ERROR")
        .find(|line| line["message"].is_string());
    assert_eq!(
        message.expect("a message")["trace_id"],
        "0af7651916cd43dd8448eb211c80319c"
    );
}
