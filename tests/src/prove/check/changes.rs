//! Calls against events: each accepted change has its event, and each event of a user its call.

use std::collections::{BTreeMap, BTreeSet};

use domain::Time;
use serde_json::Value;
use uuid::Uuid;

use crate::prove::history::{Answer, Call, History, Kind};
use crate::prove::model::{Model, Story};
use crate::prove::told::Told;
use crate::prove::violation::{Found, Rule};

pub(super) fn check(history: &History, model: &Model, found: &mut Found) {
    for call in &history.calls {
        match &call.answer {
            Answer::Done(Some(task)) => answered(call, task, model, found),
            Answer::Wrong(text) => found.add(Rule::Answer, format!("{:?}: {text}", call.kind)),
            Answer::Done(None) | Answer::Refused(_) | Answer::Unknown(_) => {}
        }
    }
    every_event_was_asked_for(history, model, found);
    in_the_order_of_the_answers(history, model, found);
}

/// What an answer showed is what the task was at that version.
fn answered(call: &Call, shown: &Value, model: &Model, found: &mut Found) {
    let id = shown["id"].as_str().and_then(|id| id.parse::<Uuid>().ok());
    let version = shown["version"].as_u64();
    let told = id
        .zip(version)
        .and_then(|(id, version)| model.stories.get(&id)?.at(version));
    let Some((told, task)) = told else {
        found.add(
            Rule::Lost,
            format!(
                "accepted ({:?}), but there is no event of it: {shown}",
                call.kind
            ),
        );
        return;
    };
    let Ok(mut expected) = serde_json::to_value(task.view(call.ended)) else {
        return;
    };
    // It depends on the moment.
    expected["overdue"] = shown["overdue"].clone();
    let done = match call.kind {
        Kind::Complete => task.completed,
        Kind::Reopen => !task.completed,
        Kind::Restore => task.deleted_at.is_none(),
        Kind::Create | Kind::Edit | Kind::Delete => {
            told.kind == Some(call.kind) || call.kind == Kind::Edit
        }
    };
    let written = call
        .title
        .as_ref()
        .is_none_or(|title| shown["title"] == title.as_str());
    if expected != *shown || !done || !written {
        found.add(
            Rule::State,
            format!(
                "{:?} was answered {shown}, the events say {expected}",
                call.kind
            ),
        );
    }
}

/// An accepted call accounts for its own event; a deletion, whose answer has no version, and a call without an answer for
/// one event each.
fn every_event_was_asked_for(history: &History, model: &Model, found: &mut Found) {
    let (accepted, mut spare) = accounts(history);
    for story in model.stories.values() {
        for (told, _) in story.versions.iter().filter(|(told, _)| !told.by_handler()) {
            let Some(kind) = told.kind else { continue };
            let (task, version) = (told.data.task_id, told.data.version);
            if accepted.contains(&(task, version, kind)) {
                continue;
            }
            let title = told.event.data["title"].as_str().map(str::to_owned);
            let key = (kind, (kind != Kind::Create).then_some(task), title);
            match spare.get_mut(&key) {
                Some(left) if *left > 0 => *left -= 1,
                _ => found.add(
                    Rule::Unasked,
                    format!("nobody asked for it: {}", told.event.to_json()),
                ),
            }
        }
    }
    accepted_deletions(history, model, found);
}

/// What a call without a version can account for: the kind of change, the task, and the title that it wrote.
type Key = (Kind, Option<Uuid>, Option<String>);

/// Task, version and kind of change of the calls that were accepted with a version.
type Accepted = BTreeSet<(Uuid, u64, Kind)>;

fn accounts(history: &History) -> (Accepted, BTreeMap<Key, usize>) {
    let mut accepted = BTreeSet::new();
    let mut spare: BTreeMap<Key, usize> = BTreeMap::new();
    for call in &history.calls {
        match &call.answer {
            Answer::Done(Some(task)) => {
                let id = task["id"].as_str().and_then(|id| id.parse().ok());
                if let Some((id, version)) = id.zip(task["version"].as_u64()) {
                    accepted.insert((id, version, call.kind));
                }
            }
            Answer::Done(None) | Answer::Unknown(_) => {
                *spare
                    .entry((call.kind, call.task, call.title.clone()))
                    .or_default() += 1;
            }
            Answer::Refused(_) | Answer::Wrong(_) => {}
        }
    }
    (accepted, spare)
}

fn accepted_deletions(history: &History, model: &Model, found: &mut Found) {
    let mut accepted: BTreeMap<Uuid, usize> = BTreeMap::new();
    for call in &history.calls {
        if let (Kind::Delete, Answer::Done(_), Some(task)) = (call.kind, &call.answer, call.task) {
            *accepted.entry(task).or_default() += 1;
        }
    }
    for (task, accepted) in accepted {
        let told = model
            .stories
            .get(&task)
            .map_or(0, |story| deletions(story).count());
        if told < accepted {
            found.add(
                Rule::Lost,
                format!("{accepted} deletions of {task} were accepted, {told} have an event"),
            );
        }
    }
}

fn deletions(story: &Story) -> impl Iterator<Item = &Told> {
    let told = story.versions.iter().map(|(told, _)| told);
    told.filter(|told| told.kind == Some(Kind::Delete) && !told.by_handler())
}

/// Of two changes of a user, of which one was answered before the other was sent, the first has the lower number.
fn in_the_order_of_the_answers(history: &History, model: &Model, found: &mut Found) {
    let mut by_user: BTreeMap<&str, Vec<(Time, Time, &Told)>> = BTreeMap::new();
    for call in &history.calls {
        if let Some(told) = made(call, model) {
            by_user
                .entry(&call.user)
                .or_default()
                .push((call.begun, call.ended, told));
        }
    }
    for changes in by_user.values() {
        for (_, ended, first) in changes {
            let overtaken = changes
                .iter()
                .find(|(begun, _, later)| begun > ended && later.seq < first.seq);
            if let Some((_, _, later)) = overtaken {
                found.add(
                    Rule::Order,
                    format!(
                        "answered before the other was sent, but numbered after it: {} and {}",
                        first.event.to_json(),
                        later.event.to_json()
                    ),
                );
            }
        }
    }
}

/// The event that an accepted call made; `None` when it changed nothing, or nobody can tell.
pub(super) fn made<'a>(call: &Call, model: &'a Model) -> Option<&'a Told> {
    let Answer::Done(Some(task)) = &call.answer else {
        return None;
    };
    let id: Uuid = task["id"].as_str()?.parse().ok()?;
    let (told, now) = model.stories.get(&id)?.at(task["version"].as_u64()?)?;
    (told.kind == Some(call.kind) && now.updated_at >= call.begun && now.updated_at <= call.ended)
        .then_some(told)
}
