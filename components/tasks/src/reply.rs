//! The answers that carry a task.

use domain::{Task, Time};
use events::publish::{self, Bus};
use http::{HeaderValue, StatusCode, header};
use platform::{Reply, Response};
use web::conditional::with_etag;

/// The task with its ETag.
pub(crate) fn task(status: StatusCode, task: &Task, now: Time) -> Response {
    with_etag(web::json(status, &task.view(now)), task.version)
}

/// 201 with the task's address.
pub(crate) fn created(task: &Task, now: Time) -> Response {
    let mut response = self::task(StatusCode::CREATED, task, now);
    let location = format!(
        "/api/{}/tasks/{}",
        web::path::encode(task.user_id.as_str()),
        task.id
    );
    if let Ok(location) = HeaderValue::try_from(location) {
        response.headers_mut().insert(header::LOCATION, location);
    }
    response
}

/// An answer to a call that changed nothing.
pub(crate) fn read(response: Response) -> Reply {
    Reply::from(response).then(events::after_read())
}

/// An answer to a call that changed a task: its event leaves after the response, by a drain that is at work already or by
/// one that starts now.
pub(crate) fn changed(response: Response, task: Task, drained: bool) -> Reply {
    let reply = Reply::from(response);
    if drained && publish::bus() == Bus::Dapr {
        reply
    } else {
        reply.then(events::after_change_of(task.user_id))
    }
}
