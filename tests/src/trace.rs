//! What the host's log says of traces: the lines of requests, and whether they hang together.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use crate::random::Random;

/// The line of one request.
#[derive(Clone, Debug)]
pub struct Span {
    /// The whole line.
    pub line: Value,
    /// Its id.
    pub id: String,
    /// The span that caused it, if any did.
    pub parent: Option<String>,
}

/// All lines of requests in a log, by trace.
pub fn traces(log: &str) -> BTreeMap<String, Vec<Span>> {
    let mut traces: BTreeMap<String, Vec<Span>> = BTreeMap::new();
    for line in log.lines() {
        let Ok(line) = serde_json::from_str::<Value>(line) else {
            continue;
        };
        if line["route"].is_null() {
            continue;
        }
        let text = |name: &str| line[name].as_str().map(str::to_owned);
        let span = Span {
            id: text("span_id").expect("a span"),
            parent: text("parent_span_id"),
            line: line.clone(),
        };
        let trace = text("trace_id").expect("a trace");
        assert!(is_id(&trace, 32) && is_id(&span.id, 16), "{line}");
        traces.entry(trace).or_default().push(span);
    }
    traces
}

fn is_id(text: &str, length: usize) -> bool {
    let hex = |byte: u8| byte.is_ascii_digit() || (b'a'..=b'f').contains(&byte);
    text.len() == length && text.bytes().all(hex) && text.bytes().any(|byte| byte != b'0')
}

/// What is wrong with a trace: it begins once, at a span of the caller's or at a root, and everything else has a parent in it.
pub fn complaint(spans: &[Span], caller: Option<&str>) -> Option<String> {
    let ids: BTreeSet<&str> = spans.iter().map(|span| span.id.as_str()).collect();
    if ids.len() != spans.len() {
        return Some("a span id is there twice".to_owned());
    }
    let begins = |span: &&Span| {
        span.parent
            .as_deref()
            .is_none_or(|parent| !ids.contains(parent))
    };
    let beginnings: Vec<&Span> = spans.iter().filter(begins).collect();
    match beginnings.as_slice() {
        [one] if one.parent.as_deref() == caller => None,
        _ => Some(format!("it begins at {beginnings:#?}")),
    }
}

/// A trace and a span that nobody else has, as a caller would send them. Returns `traceparent`, trace and span.
pub fn caller(random: &mut Random, flags: &str) -> (String, String, String) {
    let mut id = || format!("{:016x}", random.next_u64() | 1);
    let (trace, span) = ([id(), id()].concat(), id());
    (format!("00-{trace}-{span}-{flags}"), trace, span)
}
