//! The line of a request in the log: what kind of path, which answer, how long it took, and which event it delivers.

use crate::entry::Request;
use crate::host::clock::monotonic;
use crate::log::{field, head, print};
use crate::trace;
use http::{Method, StatusCode};
use std::sync::{Mutex, MutexGuard, PoisonError};

/// What the line of this request says of the event that it delivers. Where an instance serves several side by side,
/// `per_request` changes it.
static EVENT: Mutex<String> = Mutex::new(String::new());

pub(crate) fn current() -> MutexGuard<'static, String> {
    EVENT.lock().unwrap_or_else(PoisonError::into_inner)
}

/// The longest text that an event may put into the line.
const MAX_TEXT: usize = 128;

/// For the line of this request: which event it delivers.
pub fn event(id: &str, event_type: &str) {
    note("event_id", id);
    note("event_type", event_type);
}

/// For the line of this request: what became of the event, in Dapr's word for it and in ours.
pub fn outcome(status: &str, outcome: &str) {
    note("event_status", status);
    note("outcome", outcome);
}

fn note(name: &str, value: &str) {
    let cut = value.char_indices().nth(MAX_TEXT).map(|(end, _)| end);
    let value = cut.and_then(|end| value.get(..end)).unwrap_or(value);
    field(&mut current(), name, value);
}

/// What a request is, taken down before a handler gets it.
pub(crate) struct Entry {
    /// By the monotonic clock, in nanoseconds.
    started: u64,
    request: String,
}

impl Entry {
    pub(crate) fn of(request: &Request) -> Self {
        let mut text = String::new();
        field(&mut text, "method", method(request.method()));
        field(&mut text, "route", &route(request.uri().path()));
        Self {
            started: monotonic(),
            request: text,
        }
    }

    /// Adds how long the answer took.
    pub(crate) fn answered(&mut self, status: StatusCode) {
        let micros = monotonic().saturating_sub(self.started) / 1000;
        self.request.push_str(",\"status\":");
        self.request.push_str(status.as_str());
        self.request.push_str(",\"duration_ms\":");
        self.request.push_str(&milliseconds(micros));
    }

    /// The line of the request.
    pub(crate) fn write(self, status: StatusCode) {
        let level = if status.is_server_error() {
            "ERROR"
        } else {
            "INFO"
        };
        let mut line = head(level);
        let span = trace::current();
        if !span.parent.is_empty() {
            field(&mut line, "parent_span_id", &span.parent);
        }
        line.push_str(&self.request);
        line.push_str(&current());
        print(line);
    }
}

/// So many microseconds, with three digits behind the point.
fn milliseconds(micros: u64) -> String {
    let mut text = micros.to_string();
    while text.len() < 4 {
        text.insert(0, '0');
    }
    text.insert(text.len() - 3, '.');
    text
}

/// The method, unless it is one that the caller has made up.
fn method(method: &Method) -> &str {
    match method.as_str() {
        known @ ("GET" | "HEAD" | "POST" | "PUT" | "PATCH" | "DELETE" | "OPTIONS") => known,
        _ => "other",
    }
}

/// What stands in the paths of our routes; anything else is an id.
const WORDS: &str = "api tasks notifications events stats calendar calendar.ics batch complete restore occurrences read reminders created updated \
    completed deleted triggered dead-letter health live ready dapr subscribe jobs relay-outbox redeliver trigger-reminders \
    purge-expired ops dead-letters replay users openapi.json asyncapi.json \
    docs console outbox stream";

/// A path with the names of its parameters in their place.
fn route(path: &str) -> String {
    let mut route = String::new();
    let mut before = "";
    for segment in path.split('/').skip(1).take(8) {
        let of_user = before == "api" && segment != "events" || before == "users";
        let known = segment.is_empty() || WORDS.split(' ').any(|word| word == segment);
        route.push('/');
        route.push_str(match (of_user, known) {
            (true, _) => "{user_id}",
            (_, true) => segment,
            _ => "{id}",
        });
        before = segment;
    }
    route
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_route_has_no_text_of_the_callers() {
        for (path, expected) in [
            ("/", "/"),
            ("/api/ann/tasks", "/api/{user_id}/tasks"),
            ("/api/tasks/tasks/", "/api/{user_id}/tasks/"),
            (
                "/api/a%2Fb/tasks/1/complete",
                "/api/{user_id}/tasks/{id}/complete",
            ),
            (
                "/api/ann/tasks/what/secret",
                "/api/{user_id}/tasks/{id}/{id}",
            ),
            ("/api/events/tasks/created", "/api/events/tasks/created"),
            ("/ops/users/users", "/ops/users/{user_id}"),
            ("/secret", "/{id}"),
            (
                "/a/b/c/d/e/f/g/h/i/j",
                "/{id}/{id}/{id}/{id}/{id}/{id}/{id}/{id}",
            ),
        ] {
            assert_eq!(route(path), expected, "{path}");
        }
    }

    #[test]
    fn every_route_of_the_manifest_is_known() {
        let manifest = include_str!("../../../spin.toml");
        let routes = manifest
            .lines()
            .filter_map(|line| line.strip_prefix("route = \"/"));
        for line in routes {
            let path = line.trim_end_matches(['"', '.', '/']);
            for segment in path
                .split('/')
                .filter(|segment| !["", ":user_id"].contains(segment))
            {
                assert!(
                    WORDS.split_whitespace().any(|word| word == segment),
                    "{segment}"
                );
            }
        }
    }

    #[test]
    fn milliseconds_have_three_digits_behind_the_point() {
        for (micros, expected) in [
            (0, "0.000"),
            (42, "0.042"),
            (1000, "1.000"),
            (1_234_567, "1234.567"),
        ] {
            assert_eq!(milliseconds(micros), expected);
        }
    }
}
