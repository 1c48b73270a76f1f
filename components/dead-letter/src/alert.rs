//! The alert as JSON to a webhook, if there is one; the line in the log comes from the events crate.

use http::header::CONTENT_TYPE;
use platform::{log, variables};
use serde_json::json;
use std::time::Duration;
use storage::dead_letters::DeadLetter;

const TIMEOUT: Duration = Duration::from_secs(5);

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
