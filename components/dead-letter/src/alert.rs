//! The alert about a dead letter: a line in the log and, if there is a webhook, the same as JSON.

use http::header::CONTENT_TYPE;
use platform::{log, variables};
use serde_json::json;
use std::time::Duration;
use storage::dead_letters::DeadLetter;

const TIMEOUT: Duration = Duration::from_secs(5);

/// The line; what the event says of itself is quoted, so that it cannot forge a field.
pub(crate) fn line(letter: &DeadLetter) -> String {
    let DeadLetter {
        id,
        event_type,
        topic,
        reason,
        ..
    } = letter;
    format!(
        "DLQ ALERT id={id:?} type={event_type:?} topic={topic:?} reason={reason:?} manual review required"
    )
}

/// Sends the alert to `alert_webhook_url`. When that fails the log line stands alone: the event is kept all the same.
pub(crate) async fn call_webhook(letter: DeadLetter) {
    let url = variables::get("alert_webhook_url");
    if url.is_empty() {
        return;
    }
    let body = json!({
        "alert": "DLQ ALERT",
        "id": letter.id,
        "type": letter.event_type,
        "topic": letter.topic,
        "reason": letter.reason,
        "action": "manual review required",
    });
    let request = http::Request::post(url)
        .header(CONTENT_TYPE, "application/json")
        .body(body.to_string().into_bytes());
    let Ok(request) = request else {
        log::warn("alert_webhook_url is not a URL");
        return;
    };
    match platform::send(request, TIMEOUT).await {
        Ok(response) if response.status().is_success() => {}
        Ok(response) => log::warn(format!("alert webhook answered {}", response.status())),
        Err(error) => log::warn(format!("alert webhook not reached: {error}")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_event_cannot_forge_a_field_or_a_line() {
        let letter = DeadLetter {
            id: "1\" reason=\"none".to_owned(),
            event_id: None,
            user_id: String::new(),
            event_type: "x\ny".to_owned(),
            topic: "tasks".to_owned(),
            event: None,
            reason: "bad".to_owned(),
            received_at: domain::Time::default(),
            replayed_at: None,
            failed_again: 0,
        };
        assert_eq!(
            line(&letter),
            r#"DLQ ALERT id="1\" reason=\"none" type="x\ny" topic="tasks" reason="bad" manual review required"#
        );
    }
}
