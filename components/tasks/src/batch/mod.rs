//! POST /api/:user_id/tasks/batch: many operations in one call, one after the other. Each is what the single call would be, with
//! its own event; one that fails keeps no other from being done.

mod read;

use crate::change::{Outcome, Target};
use crate::{complete, create, delete, idempotency, reply, update};
use domain::{FieldError, FieldErrors, TaskView};
use http::StatusCode;
use platform::Reply;
use read::{Action, Operation, Which};
use serde::Serialize;
use std::collections::HashMap;
use uuid::Uuid;
use web::{Call, Problem, body};

/// The largest body, in bytes: a hundred tasks of a usual size many times over.
const MAX_BODY: usize = 1024 * 1024;

/// What became of one operation.
#[derive(Serialize)]
struct Item<'a> {
    status: u16,
    #[serde(skip_serializing_if = "Option::is_none")]
    task: Option<TaskView<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    problem: Option<&'a Problem>,
}

#[derive(Serialize)]
struct Items<'a> {
    items: Vec<Item<'a>>,
}

/// The tasks that the operations so far were to make, by their `ref`; `None` for one that was not made.
type Made<'a> = HashMap<&'a str, Option<Uuid>>;

pub(crate) async fn run(call: &Call) -> Result<Reply, Problem> {
    // To ignore it would promise what a repeated batch does not keep.
    if call.request.headers().contains_key(idempotency::HEADER) {
        let detail = "a batch takes no Idempotency-Key: only POST of a single task does";
        return Err(Problem::new(StatusCode::BAD_REQUEST, detail));
    }
    let input = body::object_up_to(MAX_BODY, &call.request, &[body::JSON])?;
    let operations = read::operations(input)?;
    let results = all(call, &operations).await;
    let pairs = operations.iter().zip(&results);
    let items = pairs.map(|(operation, result)| item(&operation.action, result));
    let items = Items {
        items: items.collect(),
    };
    let response = web::json(StatusCode::OK, &items);
    let changes = results
        .iter()
        .filter_map(|result| result.as_ref().ok()?.drained);
    // One drain for all: the one that is at work, if it was at each change, or ours.
    let drained = changes.reduce(|all, drained| all && drained);
    Ok(reply::finish(response, &call.user, drained))
}

async fn all(call: &Call, operations: &[Operation]) -> Vec<Result<Outcome, Problem>> {
    let mut results = Vec::with_capacity(operations.len());
    let (mut made, mut is_away) = (Made::new(), false);
    for operation in operations {
        let result = if is_away {
            Err(not_tried())
        } else {
            one(call, operation, &made).await
        };
        is_away |=
            matches!(&result, Err(problem) if problem.status() == StatusCode::SERVICE_UNAVAILABLE);
        if let Action::Create {
            reference: Some(reference),
            ..
        } = &operation.action
        {
            let id = result.as_ref().ok().map(|outcome| outcome.task.id);
            made.insert(reference, id);
        }
        results.push(result);
    }
    results
}

async fn one(call: &Call, operation: &Operation, made: &Made<'_>) -> Result<Outcome, Problem> {
    let target = |which| -> Result<Target<'_>, Problem> {
        Ok(Target::new(find(which, made)?, &operation.conditions))
    };
    match &operation.action {
        Action::Create { input, .. } => create::make(call, input).await,
        Action::Patch { which, input } => update::merge(call, target(which)?, input).await,
        Action::Complete { which, completed } => {
            complete::set_completed(call, target(which)?, *completed).await
        }
        Action::Delete { which } => delete::remove(call, target(which)?).await,
    }
}

/// The id of the task that is meant.
fn find(which: &Which, made: &Made<'_>) -> Result<Uuid, Problem> {
    match which {
        Which::Id(id) => crate::task_id(id),
        Which::Ref(reference) => match made.get(reference.as_str()) {
            Some(Some(id)) => Ok(*id),
            Some(None) => Err(Problem::new(
                StatusCode::FAILED_DEPENDENCY,
                "the task that task_ref names was not created",
            )),
            None => Err(FieldErrors(vec![FieldError {
                field: "task_ref".to_owned(),
                message: "is not the ref of an earlier create".to_owned(),
            }])
            .into()),
        },
    }
}

fn not_tried() -> Problem {
    Problem::new(
        StatusCode::SERVICE_UNAVAILABLE,
        "not tried, because the database did not answer an earlier operation",
    )
}

fn item<'a>(action: &Action, result: &'a Result<Outcome, Problem>) -> Item<'a> {
    let (status, task, problem) = match (action, result) {
        (_, Err(problem)) => (problem.status(), None, Some(problem)),
        (Action::Delete { .. }, Ok(_)) => (StatusCode::NO_CONTENT, None, None),
        (Action::Create { .. }, Ok(made)) => (StatusCode::CREATED, Some(made), None),
        (_, Ok(changed)) => (StatusCode::OK, Some(changed), None),
    };
    Item {
        status: status.as_u16(),
        task: task.map(|outcome| outcome.task.view(outcome.now)),
        problem,
    }
}
