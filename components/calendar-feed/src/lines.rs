//! The content lines of iCalendar (RFC 5545, section 3.1): how they are folded, and what is escaped in a text.

use chrono::{Datelike, NaiveDateTime, Timelike};
use domain::Time;

/// The most bytes of a line, without its end.
const WIDTH: usize = 75;

/// Lines that have been written.
#[derive(Default)]
pub(crate) struct Lines(String);

impl Lines {
    pub(crate) fn len(&self) -> usize {
        self.0.len()
    }

    pub(crate) fn into_text(self) -> String {
        self.0
    }

    /// Adds what other lines are.
    pub(crate) fn extend(&mut self, other: &Self) {
        self.0.push_str(&other.0);
    }

    pub(crate) fn begin(&mut self, component: &str) {
        self.line("BEGIN:", component);
    }

    pub(crate) fn end(&mut self, component: &str) {
        self.line("END:", component);
    }

    /// A property with a value of the type TEXT. A line break is one character, so that of CR and LF one is left.
    pub(crate) fn text(&mut self, name: &str, value: &str) {
        self.line(name, &escape(value));
    }

    /// A property with several of them.
    pub(crate) fn texts(&mut self, name: &str, values: &[String]) {
        let values: Vec<String> = values.iter().map(|value| escape(value)).collect();
        self.line(name, &values.join(","));
    }

    pub(crate) fn instant(&mut self, name: &str, time: Time) {
        self.line(name, &utc(time));
    }

    /// A line as it is, but folded: never inside of a character.
    pub(crate) fn line(&mut self, name: &str, value: &str) {
        let whole = format!("{name}{value}");
        let (mut rest, mut width) = (whole.as_str(), WIDTH);
        while rest.len() > width {
            let (first, more) = rest.split_at(rest.floor_char_boundary(width));
            self.0.push_str(first);
            self.0.push_str("\r\n ");
            (rest, width) = (more, WIDTH - 1);
        }
        self.0.push_str(rest);
        self.0.push_str("\r\n");
    }
}

fn escape(value: &str) -> String {
    let mut escaped = String::with_capacity(value.len());
    for character in value.replace("\r\n", "\n").chars() {
        match character {
            '\n' | '\r' => escaped.push_str("\\n"),
            '\\' | ';' | ',' => escaped.extend(['\\', character]),
            other => escaped.push(other),
        }
    }
    escaped
}

/// A time in UTC; there are no parts of a second.
pub(crate) fn utc(time: Time) -> String {
    format!("{}Z", local(time.naive_utc()))
}

/// A wall-clock time.
pub(crate) fn local(time: NaiveDateTime) -> String {
    format!(
        "{:04}{:02}{:02}T{:02}{:02}{:02}",
        time.year(),
        time.month(),
        time.day(),
        time.hour(),
        time.minute(),
        time.second()
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_long_line_is_folded_at_75_bytes_and_never_inside_of_a_character() {
        for value in [
            "x".repeat(400),
            "é".repeat(200),
            "🌱".repeat(100),
            " 🌱é".repeat(50),
        ] {
            let mut lines = Lines::default();
            lines.line("SUMMARY:", &value);
            let text = lines.into_text();
            let body = text.strip_suffix("\r\n").unwrap();
            assert!(body.split("\r\n").all(|line| line.len() <= 75), "{text}");
            assert!(
                body.split("\r\n")
                    .all(|line| line.len() > 71 || body.ends_with(line)),
                "{text}"
            );
            assert_eq!(body.replace("\r\n ", ""), format!("SUMMARY:{value}"));
        }
        let mut lines = Lines::default();
        lines.line("", &"x".repeat(75));
        assert_eq!(lines.into_text().matches("\r\n").count(), 1);
    }

    #[test]
    fn what_means_something_in_a_text_is_escaped() {
        assert_eq!(
            escape("a, b; c\\n\nd\r\ne\rf: \"g\"\t"),
            "a\\, b\\; c\\\\n\\nd\\ne\\nf: \"g\"\t"
        );
    }
}
