//! GET /api/:user_id/tasks?changed_since=TOKEN: which tasks have changed since, as they are now, and a new token.
//!
//! What has changed, the events say: every change of a task has one. So a token is a place in the events of the user, and one that
//! is older than the events are kept can no longer be told what it has missed.

use crate::reply;
use domain::event::CloudEvent;
use domain::{Task, TaskView};
use http::StatusCode;
use platform::{Reply, variables};
use serde::Serialize;
use std::collections::HashMap;
use std::time::Duration;
use storage::follow::{self, Place};
use storage::purge::Kind;
use storage::tasks;
use uuid::Uuid;
use web::{Call, Problem, cursor};

/// How often is looked for events that transactions under way still hold back, and how long between.
const TRIES: usize = 20;
const PAUSE: Duration = Duration::from_millis(50);
/// Clocks differ, and a purge takes its time.
const MARGIN: i64 = 600;
const DAY: i64 = 86_400;

/// A place in the events of a user, and when it was the last one, in seconds since 1970.
pub(crate) type Token = (i64, i64);

#[derive(Serialize)]
struct Changes<'a> {
    items: Vec<Change<'a>>,
    /// The next token.
    changed_since: String,
    /// There is more behind it already.
    more: bool,
}

#[derive(Serialize)]
struct Change<'a> {
    id: Uuid,
    /// `null` when it is deleted.
    task: Option<TaskView<'a>>,
}

/// The token that a parameter holds; an empty one asks for the first token.
pub(crate) fn token(text: &str) -> Result<Option<Token>, String> {
    if text.is_empty() {
        return Ok(None);
    }
    let token = cursor::decode(text).ok_or_else(|| "is not a token of this list".to_owned());
    token.map(Some)
}

pub(crate) async fn changes(call: &Call, since: Option<Token>) -> Result<Reply, Problem> {
    let now = platform::now();
    let at = now.timestamp();
    let (ids, place) = match since {
        None => (Vec::new(), beginning(call).await?),
        Some((seq, time)) => {
            check_age(time, at)?;
            changed(call, Place::behind(seq)).await?
        }
    };
    let found = tasks::present(&call.store, &call.user, &ids).await?;
    let found: HashMap<Uuid, &Task> = found.iter().map(|task| (task.id, task)).collect();
    let changes = Changes {
        items: ids
            .into_iter()
            .map(|id| Change {
                id,
                task: found.get(&id).map(|task| task.view(now)),
            })
            .collect(),
        changed_since: cursor::encode(&(place.seq(), at)),
        more: place.has_more(),
    };
    Ok(reply::read(web::json(StatusCode::OK, &changes)))
}

/// The end of the events that there are.
async fn beginning(call: &Call) -> Result<Place, Problem> {
    for _ in 0..TRIES {
        if let Some(place) = follow::end(&call.store, &call.user).await? {
            return Ok(place);
        }
        platform::sleep(PAUSE).await;
    }
    Err(Problem::unavailable())
}

/// The tasks of the next events, each once, in the order of its last event.
async fn changed(call: &Call, mut place: Place) -> Result<(Vec<Uuid>, Place), Problem> {
    let mut ids: Vec<Uuid> = Vec::new();
    for _ in 0..TRIES {
        for (_, event) in place.advance(&call.store, &call.user).await? {
            if let Some(id) = task_of(&event) {
                ids.retain(|known| *known != id);
                ids.push(id);
            }
        }
        if !ids.is_empty() || !place.is_settling() {
            break;
        }
        platform::sleep(PAUSE).await;
    }
    Ok((ids, place))
}

/// The task that an event has changed; an event of a reminder changes none.
fn task_of(event: &str) -> Option<Uuid> {
    let event = CloudEvent::parse(event.as_bytes()).ok()?;
    let is_change = event.event_type.starts_with("task.");
    event.subject.filter(|_| is_change)?.parse().ok()
}

/// # Errors
/// 410 for a token that may have missed events that are not kept any more.
fn check_age(time: i64, now: i64) -> Result<(), Problem> {
    let kept = variables::get("event_retention_days");
    let kept = Kind::Events
        .days(&kept)
        .unwrap_or(Kind::Events.default_days());
    if now - time < kept * DAY - MARGIN {
        return Ok(());
    }
    Err(Problem::new(
        StatusCode::GONE,
        "what has changed since then is not known any more: list all tasks, after asking for a new token",
    ))
}
