//! GET /ops/dead-letters

use domain::{Time, time};
use http::StatusCode;
use platform::{Reply, Request};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use storage::Store;
use storage::dead_letters::{self, DeadLetter};
use web::cursor::Page;
use web::{Problem, Query};

/// What a cursor holds: the last row of the page before.
#[derive(Deserialize, Serialize)]
struct DeadLetterCursor {
    received_at: String,
    id: String,
}

pub(crate) async fn list(request: &Request) -> Result<Reply, Problem> {
    let mut query = Query::of(request.uri());
    let states = [
        ("open", Some(false)),
        ("replayed", Some(true)),
        ("all", None),
    ];
    let replayed: Option<bool> = query.choice("state", &states).flatten();
    let limit = query.limit();
    let after: Option<(Time, String)> = query
        .cursor(|row: DeadLetterCursor| Some((time::parse_utc(&row.received_at).ok()?, row.id)));
    query.finish()?;
    let after = after.as_ref().map(|(time, id)| (*time, id.as_str()));
    let letters = dead_letters::list(
        &Store::open().await?,
        replayed,
        after,
        limit.saturating_add(1),
    )
    .await?;
    let page = Page::cut(&letters, limit, view, |letter| DeadLetterCursor {
        received_at: time::format(letter.received_at),
        id: letter.id.clone(),
    });
    Ok(web::json(StatusCode::OK, &page).into())
}

/// A dead letter as operators see it; the event as JSON where it is JSON.
pub(crate) fn view(letter: &DeadLetter) -> Value {
    json!({
        "id": letter.id,
        "state": if letter.replayed_at.is_some() { "replayed" } else { "open" },
        "type": letter.event_type,
        "topic": letter.topic,
        "reason": letter.reason,
        "received_at": time::format(letter.received_at),
        "replayed_at": letter.replayed_at.map(time::format),
        "event": serde_json::from_slice(letter.event.as_bytes()).unwrap_or_else(|_| Value::from(letter.event.as_str())),
    })
}
