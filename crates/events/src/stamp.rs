//! What a new event says about its making: id, source, time, trace.

use domain::Time;
use domain::event::{EventMeta, HANDLER_SOURCE, SOURCE_USER};
use platform::Request;

/// The circumstances of one change: taken once per request, so that task and event agree on the time.
#[derive(Clone, Debug)]
pub struct Stamp {
    source: &'static str,
    /// When it happens.
    pub now: Time,
    traceparent: String,
}

impl Stamp {
    /// Of a change that a user makes with `request`; its trace goes on, if it has one.
    #[must_use]
    pub fn user(request: &Request) -> Self {
        let given = request
            .headers()
            .get("traceparent")
            .and_then(|value| value.to_str().ok());
        Self::new(SOURCE_USER, given)
    }

    /// Of a change that an event component makes because of an event with `traceparent`.
    #[must_use]
    pub fn handler(traceparent: Option<&str>) -> Self {
        Self::new(HANDLER_SOURCE, traceparent)
    }

    fn new(source: &'static str, traceparent: Option<&str>) -> Self {
        let traceparent = traceparent
            .filter(|text| is_traceparent(text))
            .map_or_else(new_trace, str::to_owned);
        Self {
            source,
            now: platform::now(),
            traceparent,
        }
    }

    /// The attributes of a new event.
    #[must_use]
    pub fn meta(&self) -> EventMeta<'_> {
        EventMeta {
            id: platform::new_id(),
            source: self.source,
            time: self.now,
            traceparent: Some(&self.traceparent),
        }
    }
}

/// A trace of its own, sampled (W3C Trace Context).
fn new_trace() -> String {
    let id = || platform::new_id().simple().to_string();
    // The end of a UUID v7 is random, its beginning is the time.
    format!("00-{}-{}-01", id(), id().get(16..).unwrap_or_default())
}

/// Whether a header is a `traceparent` of version 00 (W3C Trace Context): anything else must not get into an event.
fn is_traceparent(text: &str) -> bool {
    let parts: Vec<_> = text.split('-').collect();
    let hex = |part: &str, length| {
        part.len() == length
            && part
                .bytes()
                .all(|b| b.is_ascii_digit() || (b'a'..=b'f').contains(&b))
    };
    let zeros = |part: &str| part.bytes().all(|b| b == b'0');
    match parts.as_slice() {
        ["00", trace, span, flags] => {
            hex(trace, 32) && hex(span, 16) && hex(flags, 2) && !zeros(trace) && !zeros(span)
        }
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_valid_traces_are_kept() {
        assert!(is_traceparent(
            "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"
        ));
        for bad in [
            "",
            "00",
            "00-0-0-01",
            "00-00000000000000000000000000000000-b7ad6b7169203331-01",
            "01-a-b-c",
        ] {
            assert!(!is_traceparent(bad), "{bad}");
        }
        assert!(is_traceparent(&new_trace()));
    }
}
