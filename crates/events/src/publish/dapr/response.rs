//! What the sidecar's answer to a bulk publish says of each entry (Dapr 1.18).

use http::StatusCode;
use platform::Response;
use serde::Deserialize;

#[derive(Default, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Failure {
    #[serde(default)]
    error_code: String,
    #[serde(default)]
    failed_entries: Vec<FailedEntry>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct FailedEntry {
    entry_id: String,
    #[serde(default)]
    error: String,
}

/// What became of the entries of a call.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum CallOutcome {
    /// The bus has all but these, each with the reason.
    Accepted(Vec<(usize, String)>),
    /// The bus has none, because of what is in the call: some entry is at fault, and the answer does not say which.
    Unreadable(String),
    /// The topic takes nothing now, whatever it is: it is forbidden or missing, or the broker or the sidecar is away.
    Away(String),
}

/// The one reason that is the event's own and never passes, as Kafka and its client word it.
fn is_too_large(error: &str) -> bool {
    ["too large", "larger than"]
        .iter()
        .any(|words| error.contains(words))
}

/// Whether the sidecar could not make events of the body. It answers so too when it stops reading a body that is larger than
/// its limit; 413 is what others say then.
fn is_unreadable(status: StatusCode, error_code: &str) -> bool {
    const CODES: [&str; 2] = ["ERR_PUBSUB_EVENTS_SER", "ERR_PUBSUB_CLOUD_EVENTS_SER"];
    status == StatusCode::PAYLOAD_TOO_LARGE || CODES.contains(&error_code)
}

/// What an answer says of each entry. When every entry failed it is the broker that is away, not the events that are
/// at fault: an outage must use up nobody's attempts, and neither must a topic that an operator has forgotten.
pub(super) fn outcome(response: &Response, entries: usize) -> CallOutcome {
    let status = response.status();
    if status == StatusCode::NO_CONTENT {
        return CallOutcome::Accepted(Vec::new());
    }
    if status.is_success() {
        return CallOutcome::Away(format!(
            "{status}, where Dapr answers 204: is dapr_url that of a sidecar?"
        ));
    }
    let failure: Failure = serde_json::from_slice(response.body()).unwrap_or_default();
    let unreadable = is_unreadable(status, &failure.error_code);
    let failed: Vec<(usize, String)> = failure
        .failed_entries
        .into_iter()
        .filter_map(|failed| Some((failed.entry_id.parse().ok()?, failed.error)))
        .collect();
    let some = !failed.is_empty() && failed.len() < entries;
    if some || (!failed.is_empty() && failed.iter().all(|(_, error)| is_too_large(error))) {
        return CallOutcome::Accepted(failed);
    }
    let text = String::from_utf8_lossy(response.body());
    let reason = format!("{status}: {}", text.chars().take(300).collect::<String>());
    if unreadable {
        CallOutcome::Unreadable(reason)
    } else {
        CallOutcome::Away(reason)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(status: u16, body: &str, entries: usize) -> CallOutcome {
        let response = http::Response::builder()
            .status(status)
            .body(body.as_bytes().to_vec())
            .unwrap();
        outcome(&response, entries)
    }

    #[test]
    fn one_failed_entry_of_two_is_the_events_fault() {
        let body = r#"{"failedEntries":[{"entryId":"7","error":"no"}],"errorCode":"ERR_PUBSUB_PUBLISH_MESSAGE"}"#;
        let failed = vec![(7, "no".to_owned())];
        assert_eq!(of(500, body, 2), CallOutcome::Accepted(failed));
    }

    #[test]
    fn a_failure_of_all_is_the_bus_being_away() {
        let body = r#"{"failedEntries":[{"entryId":"7","error":"no broker"}]}"#;
        assert!(matches!(of(500, body, 1), CallOutcome::Away(_)));
        assert!(matches!(of(503, "", 1), CallOutcome::Away(_)));
    }

    #[test]
    fn an_event_that_is_too_large_is_at_fault_even_when_alone() {
        let body =
            r#"{"failedEntries":[{"entryId":"0","error":"kafka server: Message was too large"}]}"#;
        assert!(matches!(of(500, body, 1), CallOutcome::Accepted(failed) if failed.len() == 1));
    }

    #[test]
    fn a_call_that_cannot_be_read_says_nothing_of_its_entries() {
        for (status, code) in [
            (400, "ERR_PUBSUB_EVENTS_SER"),
            (500, "ERR_PUBSUB_CLOUD_EVENTS_SER"),
            (413, ""),
        ] {
            let body = format!(r#"{{"errorCode":"{code}","message":"stream too large"}}"#);
            assert!(matches!(of(status, &body, 3), CallOutcome::Unreadable(_)));
        }
    }

    #[test]
    fn what_an_operator_must_mend_is_no_events_fault() {
        for (status, code) in [
            (401, ""),
            (403, "ERR_PUBSUB_FORBIDDEN"),
            (404, "ERR_PUBSUB_NOT_FOUND"),
            (400, "ERR_PUBSUB_NOT_FOUND"),
            (400, "ERR_PUBSUB_NOT_CONFIGURED"),
        ] {
            let body = format!(r#"{{"errorCode":"{code}","message":"x"}}"#);
            for entries in [1, 2] {
                assert!(matches!(of(status, &body, entries), CallOutcome::Away(_)));
            }
        }
    }

    #[test]
    fn only_what_dapr_answers_is_published() {
        assert_eq!(of(204, "", 1), CallOutcome::Accepted(vec![]));
        for (status, body) in [(200, ""), (200, r#"{"failedEntries":[]}"#), (202, "ok")] {
            assert!(matches!(of(status, body, 1), CallOutcome::Away(_)));
        }
    }
}
