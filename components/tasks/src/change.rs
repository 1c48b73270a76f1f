//! What every change of an existing task has in common: read, decide, write if nobody was faster, answer.

use crate::reply;
use domain::event::CloudEvent;
use domain::{Task, Time};
use events::Stamp;
use http::StatusCode;
use platform::{Reply, Response};
use storage::tasks;
use uuid::Uuid;
use web::{Call, Problem, conditional};

/// How often a change without `If-Match` is decided again because another one came in between.
const ATTEMPTS: u32 = 50;

/// A task as it will be, and the event that says so.
pub(crate) type Decision = Option<(Task, CloudEvent)>;

/// Changes a task as `decide` says (`None`: nothing to change), and answers with it.
pub(crate) async fn change<D>(call: &Call, id: Uuid, decide: D) -> Result<Reply, Problem>
where
    D: Fn(&Task, &Stamp) -> Result<Decision, Problem>,
{
    change_with(call, id, decide, |task, now| {
        reply::task(StatusCode::OK, task, now)
    })
    .await
}

/// The same with an answer of the caller's.
pub(crate) async fn change_with<D>(
    call: &Call,
    id: Uuid,
    decide: D,
    answer: fn(&Task, Time) -> Response,
) -> Result<Reply, Problem>
where
    D: Fn(&Task, &Stamp) -> Result<Decision, Problem>,
{
    let headers = call.request.headers();
    for _ in 0..ATTEMPTS {
        let task = tasks::find(&call.store, &call.user, id)
            .await?
            .ok_or_else(|| Problem::not_found("task"))?;
        let stamp = Stamp::user();
        let decision = decide(&task, &stamp);
        // What is not there is 404 on any condition; what is wrong with the body matters only where the conditions hold
        // (RFC 9110, section 13.2.1).
        if !matches!(&decision, Err(problem) if problem.is_not_found()) {
            conditional::check_change(headers, task.version)?;
        }
        let Some((changed, event)) = decision? else {
            return Ok(reply::read(answer(&task, stamp.now)));
        };
        let saved = tasks::save(&call.store, &changed, task.version, &event.to_json()).await?;
        if let Some(drained) = saved {
            let response = answer(&changed, stamp.now);
            return Ok(reply::changed(response, changed, drained));
        }
        if conditional::has_match(headers) {
            return Err(Problem::precondition_failed());
        }
    }
    Err(Problem::conflict(
        "the task keeps being changed by others; try again",
    ))
}

/// Refuses a task that its user has deleted.
pub(crate) fn present(task: &Task) -> Result<&Task, Problem> {
    if task.deleted_at.is_some() {
        Err(Problem::not_found("task"))
    } else {
        Ok(task)
    }
}
