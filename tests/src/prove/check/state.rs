//! The tasks in the database against what their events made of them.

use chrono::NaiveDateTime;
use domain::{Interval, Priority, RecurrencePolicy, RecurrenceRule, Task, Time, TimeZone};
use serde_json::Value;
use uuid::Uuid;

use crate::prove::history::History;
use crate::prove::model::Model;
use crate::prove::violation::{Found, Rule};

pub(super) fn check(history: &History, model: &Model, found: &mut Found) {
    let mut rows = 0;
    for row in &history.end.tasks {
        let id = row["id"].as_str().and_then(|id| id.parse::<Uuid>().ok());
        let Some(story) = id.and_then(|id| model.stories.get(&id)) else {
            found.add(Rule::Lost, format!("a task without an event: {row}"));
            continue;
        };
        rows += 1;
        let made = story.last();
        // What is taken back is seen by nobody.
        if !story.withdrawn && stored(row, made).as_ref() != Some(made) {
            found.add(
                Rule::State,
                format!("stored is {row}, the events made {made:?}"),
            );
        }
    }
    if rows < model.stories.len() {
        found.add(
            Rule::Lost,
            format!(
                "{} tasks have events, {rows} are stored",
                model.stories.len()
            ),
        );
    }
}

/// The row as a task; what is in no column is as in `made`.
fn stored(row: &Value, made: &Task) -> Option<Task> {
    let text = |name: &str| row[name].as_str();
    let number = |name: &str| {
        row[name]
            .as_u64()
            .and_then(|number| u32::try_from(number).ok())
    };
    let time = |name: &str| text(name).and_then(utc);
    Some(Task {
        title: text("title")?.to_owned(),
        description: text("description").map(str::to_owned),
        priority: Priority::from_rank(row["priority"].as_i64()?)?,
        tags: serde_json::from_value(row["tags"].clone()).ok()?,
        due_date: time("due_date"),
        time_zone: TimeZone::trusted(text("time_zone")?.to_owned()),
        is_recurring: row["is_recurring"].as_bool()?,
        recurring_interval: text("recurring_interval").and_then(Interval::parse),
        recurring_every: number("recurring_every")?,
        recurrence_rule: text("recurrence_rule")
            .map(str::to_owned)
            .map(RecurrenceRule::trusted),
        recurrence_policy: RecurrencePolicy::parse(text("recurrence_policy")?)?,
        recurring_until: time("recurring_until"),
        recurring_count: number("recurring_count"),
        remind_before_minutes: number("remind_before_minutes"),
        remind_at: time("remind_at"),
        completed: row["completed"].as_bool()?,
        completed_at: time("completed_at"),
        series_id: text("series_id").and_then(|id| id.parse().ok()),
        occurrence: number("occurrence"),
        anchor: text("anchor").and_then(local),
        version: row["version"].as_u64()?,
        created_at: time("created_at")?,
        updated_at: time("updated_at")?,
        deleted_at: time("deleted_at"),
        ..made.clone()
    })
}

/// A time as PostgreSQL writes it into JSON: without a zone.
pub(super) fn utc(text: &str) -> Option<Time> {
    local(text).map(|time| time.and_utc())
}

fn local(text: &str) -> Option<NaiveDateTime> {
    text.parse().ok()
}
