//! A trace goes through PostgreSQL, daprd and Kafka into the line of whoever handles the event.

use std::collections::BTreeMap;

use e2e::trace::{Span, caller, complaint, traces};
use e2e::{Random, SOON, Stack, User, eventually, id_of, report};

const REQUESTS: u64 = 60;

/// A recurring task that is completed; every other call says where it stands. Returns the callers' spans by trace.
fn calls(user: &User, random: &mut Random) -> BTreeMap<String, String> {
    let mut callers = BTreeMap::new();
    for number in 0..REQUESTS / 2 {
        let task = user.create_recurring("daily", "2026-01-01T09:00:00Z");
        let (traceparent, trace, span) = caller(random, ["00", "01"][usize::from(number % 2 == 0)]);
        callers.insert(trace, span);
        let call = user.call("POST", &format!("/{}/complete", id_of(&task)));
        call.header("traceparent", &traceparent).send().expect(200);
    }
    callers
}

fn has(spans: &[Span], component: &str) -> bool {
    spans.iter().any(|span| span.line["component"] == component)
}

#[test]
fn every_trace_begins_once_and_has_no_orphan() {
    let stack = Stack::get();
    let user = stack.user();
    // Other tests have callers of their own.
    let before = stack.host_log().len();
    let callers = calls(&user, &mut Random::new(7));
    // The event that the handler made for the next occurrence is handled in the trace of the caller too, and skipped.
    let whole = |traces: &BTreeMap<String, Vec<Span>>| {
        callers.keys().all(|trace| {
            let spans = traces.get(trace);
            spans.is_some_and(|spans| has(spans, "task-completed") && has(spans, "task-created"))
        })
    };
    let traces = eventually(2 * SOON, "every event in the log", || {
        Some(traces(&stack.host_log()[before..])).filter(&whole)
    });
    let of_calls: Vec<(&String, &Vec<Span>)> = traces
        .iter()
        .filter(|(_, spans)| has(spans, "tasks"))
        .collect();
    assert!(of_calls.len() as u64 >= REQUESTS);
    for (trace, spans) in &of_calls {
        if let Some(complaint) = complaint(spans, callers.get(*trace).map(String::as_str)) {
            panic!("{trace}: {complaint}\n{spans:#?}");
        }
    }
    for spans in callers.keys().map(|trace| &traces[trace]) {
        let of = |component: &str| {
            spans
                .iter()
                .find(|span| span.line["component"] == component)
        };
        let (call, completed, next) = (
            of("tasks").unwrap(),
            of("task-completed").unwrap(),
            of("task-created").unwrap(),
        );
        assert_eq!(completed.parent.as_ref(), Some(&call.id));
        assert_eq!(next.parent.as_ref(), Some(&completed.id));
        assert_eq!(completed.line["outcome"], "next occurrence created");
        assert_eq!(completed.line["event_status"], "SUCCESS");
    }
    report(&format!(
        "{} traces through daprd and Kafka, {} of them of a caller's",
        of_calls.len(),
        callers.len()
    ));
}
