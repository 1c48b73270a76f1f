//! Series: one next occurrence of each completed one, and none that nothing leads to. Their dates are the model's.

use std::collections::BTreeMap;

use domain::{Time, recurrence};
use uuid::Uuid;

use crate::prove::history::Kind;
use crate::prove::model::{Model, Story, Told};
use crate::prove::violation::{Found, Rule};

pub(super) fn check(model: &Model, found: &mut Found) {
    one_at_a_time(model, found);
    withdrawals(model, found);
}

/// In the order of the events, an occurrence is made only when the one before it was taken back.
fn one_at_a_time(model: &Model, found: &mut Found) {
    let mut made: BTreeMap<(Uuid, u32), Vec<&Story>> = BTreeMap::new();
    for story in model.stories.values() {
        if let Some(place) = story.place() {
            made.entry(place).or_default().push(story);
        }
    }
    for (place, mut stories) in made {
        stories.sort_by_key(|story| story.versions[0].0.seq);
        for pair in stories.windows(2) {
            let [first, second] = pair else { continue };
            let taken_back = withdrawal(first)
                .map_or(first.withdrawn, |told| told.seq < second.versions[0].0.seq);
            if !taken_back {
                found.add(
                    Rule::Doubled,
                    format!(
                        "occurrence {place:?} is there as {} and {}",
                        first.last().id,
                        second.last().id
                    ),
                );
            }
        }
    }
}

/// The event by which an event component took an occurrence back.
fn withdrawal(story: &Story) -> Option<&Told> {
    let told = story.versions.iter().map(|(told, _)| told);
    told.filter(|told| told.by_handler())
        .find(|told| told.kind == Some(Kind::Delete))
}

/// Only what nobody touched is taken back, and only after its predecessor was reopened.
fn withdrawals(model: &Model, found: &mut Found) {
    for story in model
        .stories
        .values()
        .filter(|story| story.withdrawn || withdrawal(story).is_some())
    {
        // Whose user has deleted it himself, nobody needs.
        let by_user = |kind: fn(Option<Kind>) -> bool| {
            let changes = story.versions.iter().skip(1);
            changes
                .filter(|(told, _)| !told.by_handler())
                .any(|(told, _)| kind(told.kind))
        };
        let touched = by_user(|kind| kind != Some(Kind::Delete))
            && !by_user(|kind| kind == Some(Kind::Delete));
        let from = story.previous_version.unwrap_or(0);
        let reopened = predecessors(model, story).any(|previous| {
            previous
                .versions
                .iter()
                .any(|(told, task)| told.data.version > from && !task.completed)
        });
        if touched || !reopened {
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
            (Some(at), Some(next)) if next.last().deleted_at.is_some_and(|deleted| deleted < at) => found.add(
                Rule::SeriesEnded,
                format!("completed again after its next occurrence was deleted, and no other one: {task:?}"),
            ),
            (None, Some(next)) if next.versions.len() == 1 && next.previous_version.is_some() => found.add(
                Rule::Series,
                format!("open, and there is a next occurrence that nobody touched: {task:?}"),
            ),
            _ => {}
        }
    }
}

/// Whether a next occurrence follows from the task in every state that it had since it was completed: an edit afterwards may
/// have come before or after the next occurrence was worked out.
fn goes_on(story: &Story, completed_at: Time) -> bool {
    let states = story.versions.iter().rev().map(|(_, task)| task);
    states
        .take_while(|task| task.completed_at == Some(completed_at))
        .all(|task| recurrence::next(task, completed_at).is_some())
}
