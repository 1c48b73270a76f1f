//! Series: one next occurrence of each completed one, and none that nothing leads to. Their dates are the model's.

use std::collections::BTreeMap;

use domain::{Task, Time, recurrence};
use uuid::Uuid;

use crate::prove::history::Kind;
use crate::prove::model::{Model, Story};
use crate::prove::told::Told;
use crate::prove::violation::{Found, Rule};

pub(super) fn check(model: &Model, found: &mut Found) {
    one_at_a_time(model, found);
    withdrawals(model, found);
}

/// In the order of the events: when an occurrence is made or brought back, no other of its number is there. One that is
/// deleted may be: whether it was withdrawn then, no event says.
fn one_at_a_time(model: &Model, found: &mut Found) {
    let mut by_place: BTreeMap<(Uuid, u32), Vec<&Story>> = BTreeMap::new();
    for story in model.stories.values() {
        if let Some(place) = story.place() {
            by_place.entry(place).or_default().push(story);
        }
    }
    for (place, stories) in by_place {
        let appears = |told: &Told| matches!(told.kind, Some(Kind::Create | Kind::Restore));
        for story in &stories {
            for (told, _) in story.versions.iter().filter(|(told, _)| appears(told)) {
                let others = stories
                    .iter()
                    .filter(|other| other.last().id != story.last().id);
                if let Some(other) = others.into_iter().find(|other| is_there(other, told.seq)) {
                    found.add(
                        Rule::Doubled,
                        format!(
                            "occurrence {place:?} is there as {} when it comes as {}",
                            other.last().id,
                            told.event.to_json()
                        ),
                    );
                }
            }
        }
    }
}

/// Whether the task was there and not deleted when the event of this number was written.
fn is_there(story: &Story, seq: i64) -> bool {
    let before = story.versions.iter().rev().find(|(told, _)| told.seq < seq);
    before.is_some_and(|(_, task)| task.deleted_at.is_none())
}

/// Only what nobody touched is taken back with an event, and only after its predecessor was reopened. What its user has
/// deleted himself is withdrawn without one.
fn withdrawals(model: &Model, found: &mut Found) {
    for story in model.stories.values() {
        let taken_back = story
            .versions
            .iter()
            .find(|(told, _)| told.by_handler() && told.kind == Some(Kind::Delete));
        let touched = taken_back.is_some_and(|(told, _)| told.data.version != 2);
        let withdrawn = taken_back.is_some() || story.withdrawn;
        let from = story.previous_version.unwrap_or(0);
        let reopened = predecessors(model, story).any(|previous| {
            let mut later = previous
                .versions
                .iter()
                .filter(|(told, _)| told.data.version > from);
            later.any(|(_, task)| !task.completed)
        });
        if withdrawn && (touched || !reopened) {
            found.add(
                Rule::Series,
                format!(
                    "taken back (touched: {touched}, reopened: {reopened}): {:?}",
                    story.last()
                ),
            );
        }
    }
}

fn predecessors<'a>(model: &'a Model, of: &Story) -> impl Iterator<Item = &'a Story> {
    let place = of
        .place()
        .map(|(series, number)| (series, number.saturating_sub(1)));
    model
        .stories
        .values()
        .filter(move |story| story.place() == place)
}

/// At the end: a completed occurrence has its next one, an open one has none that nobody touched.
pub(super) fn check_ends(model: &Model, found: &mut Found) {
    for story in model.stories.values().filter(|story| !story.withdrawn) {
        let task = story.last();
        let Some((series, number)) = story.place() else {
            continue;
        };
        let next = model.stories.values().filter(|next| !next.withdrawn);
        let next: Vec<&Story> = next
            .filter(|next| next.place() == Some((series, number + 1)))
            .collect();
        if next.len() > 1 {
            found.add(
                Rule::Doubled,
                format!("{} occurrences after {}", next.len(), task.id),
            );
        }
        match (task.completed_at, next.first()) {
            (Some(at), None) if goes_on(story, at) => {
                found.add(Rule::Series, format!("completed, and no next occurrence: {task:?}"));
            }
            (Some(at), Some(next)) if given_up(next.last(), at) => found.add(
                Rule::SeriesEnded,
                format!(
                    "completed again after its next occurrence was deleted, and no other one: {task:?}"
                ),
            ),
            (None, Some(next)) if next.versions.len() == 1 && next.previous_version.is_some() => found.add(
                Rule::Series,
                format!("open, and there is a next occurrence that nobody touched: {task:?}"),
            ),
            _ => {}
        }
    }
}

/// Whether this next occurrence was deleted before its predecessor was completed again. One that was done has led to the
/// occurrence after it, so the series goes on without it.
fn given_up(next: &Task, completed_at: Time) -> bool {
    !next.completed
        && next
            .deleted_at
            .is_some_and(|deleted| deleted < completed_at)
}

/// Whether a next occurrence follows from the task in every state that it had since it was completed: an edit afterwards may
/// have come before or after the next occurrence was worked out.
fn goes_on(story: &Story, completed_at: Time) -> bool {
    let states = story.versions.iter().rev().map(|(_, task)| task);
    states
        .take_while(|task| task.completed_at == Some(completed_at))
        .all(|task| recurrence::next(task, completed_at).is_some())
}
