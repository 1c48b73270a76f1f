//! A thousand requests: their traces hang together, and their events go on in them.

use std::collections::{BTreeMap, BTreeSet};
use std::thread;

use e2e::trace::{Span, complaint, traces};
use e2e::{LocalHost, SOON, eventually, report};

use crate::session::{Session, start};

const THREADS: u64 = 8;
const ROUNDS: u64 = 25;
/// Of each round.
const REQUESTS: u64 = 5;
const ALL: u64 = THREADS * ROUNDS * REQUESTS;

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
