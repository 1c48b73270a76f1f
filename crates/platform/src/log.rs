//! One JSON object per line on standard error, where the host and the cluster's log collector pick it up: one line for each
//! request, and one for each message.
//!
//! Every line says when, who, and of which trace and span. Of a request it says no user's text: not the path, but what kind of
//! path. Callers must not log secrets: a message goes out as it is.

use crate::{clock, host, text_time, trace};
use std::fmt::Display;
use std::sync::OnceLock;

pub use crate::request_log::{event, outcome};

static COMPONENT: OnceLock<&str> = OnceLock::new();

/// Says who logs: set once, when the component starts.
pub(crate) fn set_component(name: &'static str) {
    COMPONENT.get_or_init(|| name);
}

/// Something an operator must look at.
pub fn error(message: impl Display) {
    tell("ERROR", &message);
}

/// Something unusual that the application deals with by itself.
pub fn warn(message: impl Display) {
    tell("WARN", &message);
}

/// Something worth a line in normal operation.
pub fn info(message: impl Display) {
    tell("INFO", &message);
}

fn tell(level: &str, message: &dyn Display) {
    let mut line = head(level);
    field(&mut line, "message", &message.to_string());
    print(line);
}

/// The beginning of every line.
pub(crate) fn head(level: &str) -> String {
    let mut line = "{\"time\":\"".to_owned();
    line.push_str(&text_time::write(clock::now().naive_utc()));
    line.push_str("Z\"");
    let span = trace::current();
    for (name, value) in [
        ("level", level),
        ("component", COMPONENT.get().unwrap_or(&"")),
        ("trace_id", &span.trace),
        ("span_id", &span.id),
    ] {
        field(&mut line, name, value);
    }
    line
}

/// One write: the lines of requests that run side by side must not get into each other.
pub(crate) fn print(mut line: String) {
    line.push_str("}\n");
    host::log::write(line.as_bytes());
}

pub(crate) fn field(line: &mut String, name: &str, value: &str) {
    line.push_str(",\"");
    line.push_str(name);
    line.push_str("\":\"");
    for character in value.chars() {
        match character {
            '"' | '\\' => line.extend(['\\', character]),
            control if control < ' ' => line.push(' '),
            other => line.push(other),
        }
    }
    line.push('"');
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_cannot_leave_its_field() {
        let mut line = String::new();
        field(&mut line, "message", "a\"b\\\",\"c\":\"\n\u{1}é");
        assert_eq!(line, r#","message":"a\"b\\\",\"c\":\"  é""#);
    }
}
