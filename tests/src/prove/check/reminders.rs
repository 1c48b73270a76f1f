//! Reminders: each fires once at most, and makes one notification exactly where the task still wanted it.

use std::collections::BTreeMap;

use domain::event::TriggeredData;
use domain::{Task, Time};
use uuid::Uuid;

use super::changes::made;
use super::state::utc;
use crate::prove::history::{History, NotificationRow};
use crate::prove::model::Model;
use crate::prove::violation::{Found, Rule};

pub(super) fn check(history: &History, model: &Model, found: &mut Found) {
    let mut fired: BTreeMap<(Uuid, Time), usize> = BTreeMap::new();
    for told in &model.reminders {
        if let Ok(data) = TriggeredData::of(&told.event) {
            *fired
                .entry((told.data.task_id, data.remind_at))
                .or_default() += 1;
        }
    }
    for ((task, at), times) in fired.iter().filter(|(_, times)| **times > 1) {
        found.add(
            Rule::Reminder,
            format!("the reminder of {task} for {at} fired {times} times"),
        );
    }
    let mut made: BTreeMap<(Uuid, &str), usize> = BTreeMap::new();
    for row in &history.end.notifications {
        *made.entry((row.task_id, &row.remind_at)).or_default() += 1;
        notification(row, history, model, &fired, found);
    }
    for ((task, at), times) in made.iter().filter(|(_, times)| **times > 1) {
        found.add(
            Rule::Reminder,
            format!("{times} notifications about {task} for {at}"),
        );
    }
}

fn notification(
    row: &NotificationRow,
    history: &History,
    model: &Model,
    fired: &BTreeMap<(Uuid, Time), usize>,
    found: &mut Found,
) {
    let (at, made_at) = (utc(&row.remind_at), utc(&row.created_at));
    let Some(((at, made_at), story)) = at.zip(made_at).zip(model.stories.get(&row.task_id)) else {
        found.add(
            Rule::Reminder,
            format!("a notification about no task: {row:?}"),
        );
        return;
    };
    let wanted = |task: &Task| task.remind_at == Some(at) && task.due_date == utc(&row.due_date);
    if !story.versions.iter().any(|(_, task)| wanted(task))
        || !fired.contains_key(&(row.task_id, at))
    {
        found.add(
            Rule::Reminder,
            format!("no version of the task wanted it, or it never fired: {row:?}"),
        );
    }
    if made_at < at {
        found.add(Rule::Reminder, format!("too early: {row:?}"));
    }
    // The last change that was answered before the notification was begun must have wanted it, or one that came later.
    let known = |told: &i64| {
        history.calls.iter().any(|call| {
            call.ended < made_at && made(call, model).is_some_and(|made| made.seq == *told)
        })
    };
    let last_known = story
        .versions
        .iter()
        .rposition(|(told, _)| known(&told.seq));
    if last_known.is_some_and(|place| !story.versions[place..].iter().any(|(_, task)| wanted(task)))
    {
        found.add(
            Rule::Reminder,
            format!("made when the task was done, deleted or moved: {row:?}"),
        );
    }
}

/// At the end: what is wanted and whose time came was notified; what is still to come is set.
pub(super) fn check_all_came(history: &History, model: &Model, found: &mut Found) {
    let Some(now) = history.calls.iter().map(|call| call.ended).max() else {
        return;
    };
    for story in model.stories.values().filter(|story| !story.withdrawn) {
        let task = story.last();
        let Some(at) = task.remind_at else { continue };
        let notified = history
            .end
            .notifications
            .iter()
            .any(|row| row.task_id == task.id && utc(&row.remind_at) == Some(at));
        let set = history.end.reminders.iter().any(|row| {
            row.task_id == task.id
                && row.remind_at.as_deref().and_then(utc) == Some(at)
                && row.fired_at.is_none()
        });
        if !notified && (at <= now || !set) {
            found.add(
                Rule::Reminder,
                format!("wanted for {at}, and neither notified nor set: {task:?}"),
            );
        }
    }
}
