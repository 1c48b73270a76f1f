//! The answers that carry a task.

use crate::change::Outcome;
use domain::{Task, Time, UserId};
use events::publish::{self, Bus};
use http::{HeaderValue, StatusCode, header};
use platform::{Reply, Response};
use uuid::Uuid;
use web::body;
use web::conditional::with_etag;

/// The task with its ETag.
pub(crate) fn task(status: StatusCode, task: &Task, now: Time) -> Response {
    with_etag(web::json(status, &task.view(now)), task.version)
}

/// 201 with the task's address.
pub(crate) fn created(task: &Task, now: Time) -> Response {
    at_home(
        self::task(StatusCode::CREATED, task, now),
        &task.user_id,
        task.id,
    )
}

/// The answer of [`created`] once more, from its body.
pub(crate) fn created_before(user: &UserId, id: Uuid, body: String) -> Response {
    let mut response = Response::new(body.into_bytes());
    *response.status_mut() = StatusCode::CREATED;
    let json = HeaderValue::from_static(body::JSON);
    response.headers_mut().insert(header::CONTENT_TYPE, json);
    at_home(with_etag(response, NEW), user, id)
}

/// The version of a new task.
const NEW: u64 = 1;

fn at_home(mut response: Response, user: &UserId, id: Uuid) -> Response {
    let location = format!("/api/{}/tasks/{id}", web::path::encode(user.as_str()));
    if let Ok(location) = HeaderValue::try_from(location) {
        response.headers_mut().insert(header::LOCATION, location);
    }
    response
}

/// An answer to a call that changed nothing.
pub(crate) fn read(response: Response) -> Reply {
    Reply::from(response).then(events::after_read())
}

/// 200 with the task that a call has changed or left as it was.
pub(crate) fn outcome(outcome: &Outcome) -> Reply {
    let response = task(StatusCode::OK, &outcome.task, outcome.now);
    finish(response, &outcome.task.user_id, outcome.drained)
}

/// An answer to a call of `user` that may have changed tasks (`drained`: as in [`Outcome`]): their events leave after the
/// response, by a drain that is at work already or by one that starts now.
pub(crate) fn finish(response: Response, user: &UserId, drained: Option<bool>) -> Reply {
    match drained {
        None => read(response),
        Some(true) if publish::bus() == Bus::Dapr => Reply::from(response),
        Some(_) => Reply::from(response).then(events::after_change_of(user.clone())),
    }
}
