//! What the sidecar's answer to a bulk publish says of each entry (Dapr 1.18).

use http::StatusCode;
use platform::Response;
use serde::Deserialize;

use crate::publish::batch::PublishOutcome;

#[derive(Default, Deserialize)]
#[serde(rename_all = "camelCase")]
struct FailedCall {
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
    /// The bus has all entries but these: each is rejected or deferred.
    Entries(Vec<(usize, PublishOutcome)>),
    /// The bus has none, because of what is in the call: some entry is at fault, and the answer does not say which.
    Unreadable(String),
    /// The topic takes nothing now, whatever it is: it is forbidden or missing, or the broker or the sidecar is away.
    Away(String),
}

/// Whether a reason is the event's own and never passes, as Kafka and its client word it.
fn is_permanent(error: &str) -> bool {
    const WORDS: [&str; 3] = ["too large", "larger than", "failed the validation"];
    WORDS.iter().any(|words| error.contains(words))
}

/// Whether the sidecar could not make events of the body. It answers so too when it stops reading a body that is larger than
/// its limit; 413 is what others say then.
fn is_unreadable(status: StatusCode, error_code: &str) -> bool {
    const CODES: [&str; 2] = ["ERR_PUBSUB_EVENTS_SER", "ERR_PUBSUB_CLOUD_EVENTS_SER"];
    status == StatusCode::PAYLOAD_TOO_LARGE || CODES.contains(&error_code)
}

/// What a response says of each entry. An entry that failed is deferred and says nothing of the others, however many
/// failed: a partition may be away while others work. Only its own fault is counted.
pub(super) fn outcome(response: &Response) -> CallOutcome {
    let status = response.status();
    if status == StatusCode::NO_CONTENT {
        return CallOutcome::Entries(Vec::new());
    }
    if status.is_success() {
        return CallOutcome::Away(format!(
            "{status}, where Dapr answers 204: is dapr_url that of a sidecar?"
        ));
    }
    let failure: FailedCall = serde_json::from_slice(response.body()).unwrap_or_default();
    let unreadable = is_unreadable(status, &failure.error_code);
    let failed: Vec<(usize, PublishOutcome)> = failure
        .failed_entries
        .into_iter()
        .filter_map(|failed| {
            let place = failed.entry_id.parse().ok()?;
            let outcome = if is_permanent(&failed.error) {
                PublishOutcome::Rejected(failed.error)
            } else {
                PublishOutcome::Deferred(failed.error)
            };
            Some((place, outcome))
        })
        .collect();
    if !failed.is_empty() {
        return CallOutcome::Entries(failed);
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

    fn of(status: u16, body: &str) -> CallOutcome {
        let response = http::Response::builder()
            .status(status)
            .body(body.as_bytes().to_vec())
            .unwrap();
        outcome(&response)
    }

    #[test]
    fn an_entry_that_failed_is_deferred_and_says_nothing_of_the_others() {
        let body = r#"{"failedEntries":[{"entryId":"7","error":"no leader"}],"errorCode":"ERR_PUBSUB_PUBLISH_MESSAGE"}"#;
        let failed = vec![(7, PublishOutcome::Deferred("no leader".to_owned()))];
        assert_eq!(of(500, body), CallOutcome::Entries(failed));
    }

    #[test]
    fn only_an_events_own_fault_is_a_rejection() {
        for error in [
            "kafka server: Message was too large, server rejected it to avoid allocation error",
            "kafka: invalid configuration (Attempt to produce message larger than configured Producer.MaxMessageBytes: 3 > 2)",
            "kafka server: This record has failed the validation on broker and hence will be rejected",
        ] {
            let body = format!(r#"{{"failedEntries":[{{"entryId":"0","error":"{error}"}}]}}"#);
            let failed = vec![(0, PublishOutcome::Rejected(error.to_owned()))];
            assert_eq!(of(500, &body), CallOutcome::Entries(failed));
        }
    }

    #[test]
    fn an_answer_without_entries_is_the_bus_being_away() {
        assert!(matches!(of(503, ""), CallOutcome::Away(_)));
        let body = r#"{"errorCode":"ERR_PUBSUB_PUBLISH_MESSAGE","message":"deadline exceeded"}"#;
        assert!(matches!(of(500, body), CallOutcome::Away(_)));
    }

    #[test]
    fn a_call_that_cannot_be_read_says_nothing_of_its_entries() {
        for (status, code) in [
            (400, "ERR_PUBSUB_EVENTS_SER"),
            (500, "ERR_PUBSUB_CLOUD_EVENTS_SER"),
            (413, ""),
        ] {
            let body = format!(r#"{{"errorCode":"{code}","message":"stream too large"}}"#);
            assert!(matches!(of(status, &body), CallOutcome::Unreadable(_)));
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
            assert!(matches!(of(status, &body), CallOutcome::Away(_)));
        }
    }

    #[test]
    fn only_what_dapr_answers_is_published() {
        assert_eq!(of(204, ""), CallOutcome::Entries(vec![]));
        for (status, body) in [(200, ""), (200, r#"{"failedEntries":[]}"#), (202, "ok")] {
            assert!(matches!(of(status, body), CallOutcome::Away(_)));
        }
    }
}
