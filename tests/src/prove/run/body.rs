//! What a step of the schedule sends.

use chrono::{TimeDelta, Utc};
use domain::time::format;
use serde_json::{Value, json};

use crate::prove::schedule::{Due, Edit, NewTask};

/// A new task.
pub(super) fn new_task(task: &NewTask, title: &str) -> Value {
    let mut body = json!({"title": title, "due_date": due(task.due), "remind_before_minutes": task.remind_before});
    if let Some(recurs) = &task.recurs {
        body["is_recurring"] = json!(true);
        body["recurring_interval"] = json!(recurs.interval);
        body["recurring_every"] = json!(recurs.every);
        body["recurrence_policy"] = json!(recurs.policy);
        body["recurring_count"] = json!(recurs.count);
        body["time_zone"] = json!(recurs.zone);
    }
    body
}

/// Other values.
pub(super) fn edited(edit: Edit, title: &str) -> Value {
    match edit {
        Edit::Title => json!({"title": title}),
        Edit::Due(to) => json!({"due_date": due(to)}),
        Edit::RemindBefore(minutes) => json!({"remind_before_minutes": minutes}),
        Edit::Priority(priority) => json!({"priority": priority}),
        Edit::Every(every) => json!({"recurring_every": every}),
    }
}

fn due(due: Due) -> Option<String> {
    match due {
        Due::Never => None,
        Due::In(time) => {
            let time = TimeDelta::from_std(time).unwrap_or_default();
            Some(format(Utc::now() + time))
        }
        Due::On(day) => Some(day.to_owned()),
    }
}
