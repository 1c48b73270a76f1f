//! GET /api/:user_id/events: newest first, each as it was published.

use domain::event::{CloudEvent, EventType};
use http::StatusCode;
use platform::Reply;
use storage::history;
use web::cursor::Page;
use web::{Call, Problem, Query};

pub(crate) async fn list(call: &Call) -> Result<Reply, Problem> {
    let mut query = Query::of(call.request.uri());
    let limit = query.limit();
    let event_type = query.one("type", |text| match EventType::parse(text) {
        Some(kind) => Ok(kind.as_str().to_owned()),
        None => Err("is not an event type".to_owned()),
    });
    let wanted = history::EventFilter {
        event_type,
        after: query.time("after"),
        before: query.time("before"),
        older_than: query.cursor(Some::<i64>),
        limit: limit.saturating_add(1),
    };
    query.finish()?;
    let rows = history::list(&call.store, &call.user, &wanted).await?;
    let page = Page::cut(
        &rows,
        limit,
        |(_, event)| CloudEvent::parse(event.as_bytes()).ok(),
        |(seq, _)| *seq,
    );
    Ok(web::json(StatusCode::OK, &page).into())
}
