//! The trace that a request belongs to (W3C Trace Context): each request is a span of its own, a child of the caller's if the
//! caller says which.

use crate::entry::Request;
use crate::random;
use std::sync::{Mutex, MutexGuard, PoisonError};

/// The header, and the CloudEvents attribute of the same form.
pub const TRACEPARENT: &str = "traceparent";

/// The place of a request in its trace. All ids are lower-case hexadecimal.
#[derive(Clone, Debug, Default)]
pub(crate) struct Span {
    pub(crate) trace: String,
    pub(crate) id: String,
    /// The caller's span; empty at the root.
    pub(crate) parent: String,
    sampled: bool,
}

/// The span of the request that is worked on now. Where an instance serves several side by side, `per_request` changes it.
static CURRENT: Mutex<Span> = Mutex::new(Span {
    trace: String::new(),
    id: String::new(),
    parent: String::new(),
    sampled: true,
});

pub(crate) fn current() -> MutexGuard<'static, Span> {
    CURRENT.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Starts the span of `request`, in the trace of its caller or in a new one.
pub(crate) fn start(request: &Request) {
    let random = random(24);
    let mut ids = random.iter().fold(String::new(), |mut ids, byte| {
        for digit in [byte >> 4, byte & 15] {
            ids.extend(char::from_digit(digit.into(), 16));
        }
        ids
    });
    let id = ids.split_off(32);
    *current() = Span {
        // An id must not be all zeros; one in 2^64 would be.
        trace: ids,
        id,
        parent: String::new(),
        sampled: true,
    };
    let mut given = request.headers().get_all(TRACEPARENT).iter();
    if let (Some(value), None) = (given.next(), given.next()) {
        continue_from(value.to_str().unwrap_or_default());
    }
}

/// Makes the span of this request a child of the one that `traceparent` names; what is none changes nothing. For what is
/// caused by something else than its caller, as an event is by the request that made it.
pub fn continue_from(traceparent: &str) {
    if let Some((trace, parent, sampled)) = parse(traceparent) {
        let mut span = current();
        trace.clone_into(&mut span.trace);
        parent.clone_into(&mut span.parent);
        span.sampled = sampled;
    }
}

/// The `traceparent` of what this request causes.
#[must_use]
pub fn traceparent() -> String {
    let span = current();
    let flags = if span.sampled { "-01" } else { "-00" };
    ["00-", &span.trace, "-", &span.id, flags].concat()
}

/// Trace, span, and whether it is sampled. A version to come may have more behind, of which nothing is known (section 4.3).
fn parse(text: &str) -> Option<(&str, &str, bool)> {
    let (known, more) = text.split_at_checked(55)?;
    let mut parts = known.split('-');
    let (version, trace) = (parts.next()?, parts.next()?);
    let (span, flags) = (parts.next()?, parts.next()?);
    let hex = |text: &str, length| {
        let digit = |byte: u8| matches!(byte, b'0'..=b'9' | b'a'..=b'f');
        text.len() == length && text.bytes().all(digit)
    };
    let named = |text: &str, length| hex(text, length) && text.bytes().any(|byte| byte != b'0');
    let ends = more.is_empty() || (version != "00" && more.starts_with('-'));
    let valid = hex(version, 2) && version != "ff" && ends && hex(flags, 2);
    let sampled = matches!(
        flags.as_bytes().last(),
        Some(b'1' | b'3' | b'5' | b'7' | b'9' | b'b' | b'd' | b'f')
    );
    (valid && named(trace, 32) && named(span, 16)).then_some((trace, span, sampled))
}

#[cfg(test)]
mod tests {
    use super::*;

    const TRACE: &str = "0af7651916cd43dd8448eb211c80319c";
    const SPAN: &str = "b7ad6b7169203331";

    #[test]
    fn a_caller_that_says_where_it_stands_is_the_parent() {
        for (flags, sampled) in [
            ("00", false),
            ("01", true),
            ("02", false),
            ("03", true),
            ("ff", true),
        ] {
            let text = format!("00-{TRACE}-{SPAN}-{flags}");
            assert_eq!(parse(&text), Some((TRACE, SPAN, sampled)), "{flags}");
        }
        for more in ["", "-", "-what comes later"] {
            let text = format!("cc-{TRACE}-{SPAN}-01{more}");
            assert_eq!(parse(&text), Some((TRACE, SPAN, true)), "{text}");
        }
    }

    #[test]
    fn what_is_malformed_is_none() {
        let zeros = "0".repeat(32);
        for bad in [
            String::new(),
            "00".to_owned(),
            format!("00-{TRACE}-{SPAN}"),
            format!("00-{TRACE}-{SPAN}-1"),
            format!("00-{TRACE}-{SPAN}-01-"),
            format!("00-{TRACE}-{SPAN}-011"),
            format!("cc-{TRACE}-{SPAN}-01x"),
            format!("ff-{TRACE}-{SPAN}-01"),
            format!("0g-{TRACE}-{SPAN}-01"),
            format!("00-{}-{SPAN}-01", TRACE.to_uppercase()),
            format!("00-{zeros}-{SPAN}-01"),
            format!("00-{TRACE}-{}-01", "0".repeat(16)),
            format!("00-{TRACE}-{SPAN}-0x"),
            format!("00_{TRACE}-{SPAN}-01"),
            format!("00-{SPAN}-{TRACE}-01"),
            format!("00-{TRACE}-é{}-01", "a".repeat(14)),
        ] {
            assert_eq!(parse(&bad), None, "{bad}");
        }
    }
}
