//! GET /api/:user_id/notifications

use crate::view;
use domain::time;
use events::publish::{self, Bus};
use events::{Stamp, after_change_of, reminders};
use http::StatusCode;
use platform::Reply;
use serde::{Deserialize, Serialize};
use storage::notifications::{self, Notification};
use uuid::Uuid;
use web::cursor::Page;
use web::{Call, Problem, Query};

/// What a cursor holds: the last row of the page before.
#[derive(Deserialize, Serialize)]
struct NotificationCursor {
    created_at: String,
    id: Uuid,
}

pub(crate) async fn list(call: &Call) -> Result<Reply, Problem> {
    let mut query = Query::of(call.request.uri());
    let unread: Option<bool> = query.choice("unread", &[("true", true), ("false", false)]);
    let limit = query.limit();
    let after = query
        .cursor(|row: NotificationCursor| Some((time::parse_utc(&row.created_at).ok()?, row.id)));
    query.finish()?;
    let waiting = fire(call).await?;
    let rows = notifications::list(
        &call.store,
        &call.user,
        unread,
        after,
        limit.saturating_add(1),
    )
    .await?;
    let page = Page::cut(&rows, limit, view::view, cursor);
    let reply = Reply::from(web::json(StatusCode::OK, &page));
    Ok(if waiting {
        reply.then(after_change_of(call.user.clone()))
    } else {
        reply.then(events::after_read())
    })
}

/// Fires what is due for the user; whether its events wait for a drain after the response. The local bus delivers at once,
/// so that this very list has it.
async fn fire(call: &Call) -> Result<bool, Problem> {
    let stamp = Stamp::handler();
    let fired = reminders::fire_due_of(&call.store, &call.user, &stamp).await? > 0;
    if fired && publish::bus() == Bus::Local {
        after_change_of(call.user.clone()).await;
        return Ok(false);
    }
    Ok(fired)
}

fn cursor(notification: &Notification) -> NotificationCursor {
    NotificationCursor {
        created_at: time::format(notification.created_at),
        id: notification.id,
    }
}
