//! GET /ops/dead-letters: without the events, which one letter has: GET /ops/dead-letters/:id.

use domain::{Time, UserId, time};
use http::StatusCode;
use platform::{Reply, Request};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use storage::Store;
use storage::dead_letters::{self, DeadLetter, LetterFilter};
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
    let filter = filter(&mut query);
    let limit = query.limit();
    let after: Option<(Time, String)> = query
        .cursor(|row: DeadLetterCursor| Some((time::parse_utc(&row.received_at).ok()?, row.id)));
    query.finish()?;
    let after = after.as_ref().map(|(time, id)| (*time, id.as_str()));
    let store = Store::open();
    let letters = dead_letters::list(&store, &filter, after, limit.saturating_add(1)).await?;
    let page = Page::cut(&letters, limit, head, |letter| DeadLetterCursor {
        received_at: time::format(letter.received_at),
        id: letter.id.clone(),
    });
    Ok(web::json(StatusCode::OK, &page).into())
}

fn filter(query: &mut Query) -> LetterFilter {
    let states = [
        ("open", Some(false)),
        ("replayed", Some(true)),
        ("all", None),
    ];
    LetterFilter {
        replayed: query.choice("state", &states).flatten(),
        event_type: query.one("type", |text| Ok(text.to_owned())),
        user_id: query.one("user_id", |text| {
            let user = UserId::parse(text).map_err(|error| error.to_string())?;
            Ok(user.to_string())
        }),
        after: query.time("after"),
        before: query.time("before"),
        ids: None,
    }
}

pub(crate) async fn one(id: &str) -> Result<Reply, Problem> {
    let letter = find(&Store::open(), id).await?;
    Ok(web::json(StatusCode::OK, &view(&letter)).into())
}

/// The letter with its event.
pub(crate) async fn find(store: &Store, id: &str) -> Result<DeadLetter, Problem> {
    // No id has a NUL, and PostgreSQL refuses to look for one.
    let letter = if id.contains('\0') {
        None
    } else {
        dead_letters::find(store, id).await?
    };
    letter.ok_or_else(|| Problem::not_found("dead letter"))
}

/// A dead letter as operators see it, its event as JSON where it is JSON.
pub(crate) fn view(letter: &DeadLetter) -> Value {
    let text = letter.event.as_deref().unwrap_or_default();
    let event = serde_json::from_str(text).unwrap_or_else(|_| Value::from(text));
    let mut view = head(letter);
    if let Some(fields) = view.as_object_mut() {
        fields.insert("event".to_owned(), event);
    }
    view
}

fn head(letter: &DeadLetter) -> Value {
    json!({
        "id": letter.id,
        "state": if letter.replayed_at.is_some() { "replayed" } else { "open" },
        "type": letter.event_type,
        "user_id": letter.user_id,
        "topic": letter.topic,
        "reason": letter.reason,
        "received_at": time::format(letter.received_at),
        "replayed_at": letter.replayed_at.map(time::format),
        "failed_again": letter.failed_again,
    })
}
