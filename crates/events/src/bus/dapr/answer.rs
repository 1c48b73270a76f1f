//! What the sidecar's answer to a bulk publish says of each entry.

use platform::Response;
use serde::Deserialize;

#[derive(Default, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Failure {
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

/// The entries of one call that failed, with their reasons; or why nothing can be said of any.
pub(super) type Outcome = Result<Vec<(usize, String)>, String>;

/// The one reason that is the event's own and never passes, as Kafka and its client word it.
fn is_too_large(error: &str) -> bool {
    ["too large", "larger than"]
        .iter()
        .any(|words| error.contains(words))
}

/// What an answer says of each entry. When every entry failed it is the broker that is away, not the events that are
/// at fault: an outage must use up nobody's attempts.
pub(super) fn outcome(response: &Response, entries: usize) -> Outcome {
    if response.status().is_success() {
        return Ok(Vec::new());
    }
    let failure: Failure = serde_json::from_slice(response.body()).unwrap_or_default();
    let failed: Vec<(usize, String)> = failure
        .failed_entries
        .into_iter()
        .filter_map(|failed| Some((failed.entry_id.parse().ok()?, failed.error)))
        .collect();
    let some = !failed.is_empty() && failed.len() < entries;
    if some || (!failed.is_empty() && failed.iter().all(|(_, error)| is_too_large(error))) {
        return Ok(failed);
    }
    let text = String::from_utf8_lossy(response.body());
    Err(format!(
        "{}: {}",
        response.status(),
        text.chars().take(300).collect::<String>()
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn answer(status: u16, body: &str) -> Response {
        http::Response::builder()
            .status(status)
            .body(body.as_bytes().to_vec())
            .unwrap()
    }

    #[test]
    fn one_failed_entry_of_two_is_the_events_fault() {
        let body = r#"{"failedEntries":[{"entryId":"7","error":"too large"}],"errorCode":"ERR_PUBSUB_PUBLISH_MESSAGE"}"#;
        assert_eq!(
            outcome(&answer(500, body), 2),
            Ok(vec![(7, "too large".to_owned())])
        );
    }

    #[test]
    fn a_failure_of_all_is_the_bus_being_away() {
        let body = r#"{"failedEntries":[{"entryId":"7","error":"no broker"}]}"#;
        assert!(outcome(&answer(500, body), 1).is_err());
        assert!(outcome(&answer(413, ""), 1).is_err());
        assert_eq!(outcome(&answer(204, ""), 1), Ok(vec![]));
    }

    #[test]
    fn an_event_that_is_too_large_is_at_fault_even_when_alone() {
        let body =
            r#"{"failedEntries":[{"entryId":"0","error":"kafka server: message was too large"}]}"#;
        assert_eq!(
            outcome(&answer(500, body), 1).map(|failed| failed.len()),
            Ok(1)
        );
    }
}
