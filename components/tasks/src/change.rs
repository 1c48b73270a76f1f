//! What every change of an existing task has in common: read, decide, write if nobody was faster.

use domain::event::CloudEvent;
use domain::{Task, Time};
use events::Stamp;
use http::HeaderMap;
use storage::tasks;
use uuid::Uuid;
use web::{Call, Problem, conditional};

/// How often a change without `If-Match` is decided again because another one came in between.
const ATTEMPTS: u32 = 50;

/// A task as it will be, and the event that says so.
pub(crate) type Decision = Option<(Task, CloudEvent)>;

/// The task to change, and the conditions under which it is to be changed.
#[derive(Clone, Copy)]
pub(crate) struct Target<'a> {
    id: Uuid,
    /// `If-Match` and `If-None-Match`; other headers do not matter.
    conditions: &'a HeaderMap,
}

impl<'a> Target<'a> {
    pub(crate) fn new(id: Uuid, conditions: &'a HeaderMap) -> Self {
        Self { id, conditions }
    }

    /// With the conditions of a call.
    pub(crate) fn of(call: &'a Call, id: Uuid) -> Self {
        Self::new(id, call.request.headers())
    }
}

/// A task that was made or changed, or that is as it was to become.
pub(crate) struct Outcome {
    pub(crate) task: Task,
    /// When this was so.
    pub(crate) now: Time,
    /// Whether a drain is at work that publishes the change; `None` when nothing has changed.
    pub(crate) drained: Option<bool>,
}

/// Changes a task as `decide` says; `None` from it: nothing to change.
pub(crate) async fn change<D>(
    call: &Call,
    target: Target<'_>,
    decide: D,
) -> Result<Outcome, Problem>
where
    D: Fn(&Task, &Stamp) -> Result<Decision, Problem>,
{
    let Target { id, conditions } = target;
    for _ in 0..ATTEMPTS {
        let task = tasks::find(&call.store, &call.user, id)
            .await?
            .ok_or_else(|| Problem::not_found("task"))?;
        let stamp = Stamp::user();
        let now = stamp.now;
        let decision = decide(&task, &stamp);
        // What is not there is 404 on any condition; what is wrong with the body matters only where the conditions hold
        // (RFC 9110, section 13.2.1).
        if !matches!(&decision, Err(problem) if problem.is_not_found()) {
            conditional::check_change(conditions, task.version)?;
        }
        let Some((changed, event)) = decision? else {
            return Ok(Outcome {
                task,
                now,
                drained: None,
            });
        };
        let saved = tasks::save(&call.store, &changed, &task, &event.to_json()).await?;
        if saved.is_some() {
            return Ok(Outcome {
                task: changed,
                now,
                drained: saved,
            });
        }
        if conditional::has_match(conditions) {
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
