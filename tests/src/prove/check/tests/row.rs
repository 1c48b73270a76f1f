//! A task as the database has it.

use domain::time::parse_utc;
use domain::{Task, Time};
use serde_json::{Value, json};

/// The row as PostgreSQL shows it.
pub(super) fn row(task: &Task, previous_version: Option<u64>, withdrawn: bool) -> Value {
    let mut row = serde_json::to_value(task.view(task.created_at)).unwrap();
    for name in [
        "due_date",
        "remind_at",
        "completed_at",
        "created_at",
        "updated_at",
        "recurring_until",
    ] {
        if let Some(time) = row[name].as_str().and_then(|text| parse_utc(text).ok()) {
            row[name] = json!(stored_time(time));
        }
    }
    row["priority"] = json!(task.priority.rank());
    row["deleted_at"] = json!(task.deleted_at.map(stored_time));
    row["anchor"] = json!(
        task.anchor
            .map(|anchor| anchor.format("%Y-%m-%dT%H:%M:%S%.f").to_string())
    );
    row["previous_version"] = json!(previous_version);
    row["withdrawn"] = json!(withdrawn);
    row
}

/// A time as it is in such a row.
pub(super) fn stored_time(time: Time) -> String {
    time.naive_utc().format("%Y-%m-%dT%H:%M:%S%.f").to_string()
}
