//! The dates of a series, by example and by property.

mod dates;
mod ends;
mod instance;
mod policies;
mod properties;
mod rules;
mod upcoming;

use serde_json::{Map, Value, json};

use super::next_instance;
use crate::testing::{OTHER_ID, task};
use crate::{Task, time};

/// A recurring task; `more` adds to or overrides what every example has.
fn recurring(interval: &str, due_date: &str, more: Value) -> Task {
    let base = json!({"is_recurring": true, "recurring_interval": interval, "due_date": due_date});
    let (Value::Object(mut input), Value::Object(more)) = (base, more) else {
        panic!("no object")
    };
    input.extend(more);
    task(Value::Object(Map::from_iter(input)))
}

/// The due dates of the `count` occurrences after `first`, each completed when it is due.
fn walk(first: &Task, count: usize) -> Vec<String> {
    let following = |task: &Task| next_instance(task, task.due_date?, OTHER_ID, task.due_date?);
    let tasks = std::iter::successors(following(first), following);
    tasks
        .take(count)
        .map(|task| time::format(task.due_date.unwrap()))
        .collect()
}
