//! Creating, changing, completing, deleting and showing a task.

mod create;
mod patch;
mod replace;
mod rule;
mod series;
mod state;
mod validate;
mod view;

use serde_json::Value;

use crate::testing::{at, object};
use crate::{Change, FieldErrors, Task, Time};

/// When the changes of these tests happen.
fn later() -> Time {
    at("2026-01-20T08:00:00Z")
}

fn patch(task: &Task, input: Value) -> Result<Option<Change>, FieldErrors> {
    task.patch(&object(input), later())
}

/// The task after a patch that changes something.
fn patched(task: &Task, input: Value) -> Task {
    patch(task, input).unwrap().unwrap().task
}

/// The names of the offending fields.
fn fields<T: std::fmt::Debug>(result: Result<T, FieldErrors>) -> Vec<String> {
    result
        .unwrap_err()
        .0
        .into_iter()
        .map(|error| error.field)
        .collect()
}

/// Each offending field as `field: message`.
fn messages<T: std::fmt::Debug>(result: Result<T, FieldErrors>) -> Vec<String> {
    result
        .unwrap_err()
        .0
        .into_iter()
        .map(|error| format!("{}: {}", error.field, error.message))
        .collect()
}
