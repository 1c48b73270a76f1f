//! Series that are not as they must be.

use serde_json::json;
use uuid::Uuid;

use super::world::World;
use super::{broken, good};
use crate::prove::check::check;
use crate::prove::violation::Rule;

/// A series that was completed once, and its next occurrence.
fn with_next() -> (World, Uuid, Uuid) {
    let mut world = good();
    let series = world.create(60, true);
    world.complete(series, true);
    let next = world.next(series);
    (world, series, next)
}

#[test]
fn a_second_next_occurrence_is_doubled() {
    let (mut world, series, _) = with_next();
    world.next(series);
    assert_eq!(broken(&world.seen()), [Rule::Doubled]);
}

#[test]
fn a_next_occurrence_that_is_missing_or_left_behind_is_seen() {
    let mut world = good();
    let series = world.create(60, true);
    world.complete(series, true);
    assert_eq!(broken(&world.seen()), [Rule::Series]);

    let (mut world, series, _) = with_next();
    world.complete(series, false);
    assert_eq!(broken(&world.seen()), [Rule::Series]);
}

#[test]
fn an_occurrence_that_is_taken_back_without_a_reopening_is_seen() {
    let (mut world, series, next) = with_next();
    world.withdraw(next);
    world.next(series);
    assert_eq!(broken(&world.seen()), [Rule::Series]);
}

#[test]
fn a_series_that_ends_with_a_deleted_occurrence_is_seen() {
    let (mut world, _, next) = with_next();
    world.delete(next);
    assert_eq!(check(&world.seen()), [], "its user ended it");

    let (mut world, series, next) = with_next();
    world.delete(next);
    world.complete(series, false);
    world.complete(series, true);
    assert_eq!(broken(&world.seen()), [Rule::SeriesEnded]);

    let (mut world, series, next) = with_next();
    world.complete(next, true);
    world.next(next);
    world.delete(next);
    world.complete(series, false);
    world.complete(series, true);
    assert_eq!(check(&world.seen()), [], "it goes on with the third");
}

#[test]
fn an_occurrence_on_another_date_is_seen() {
    let mut history = good().seen();
    let made = history
        .end
        .outbox
        .iter_mut()
        .rfind(|row| row.event.contains("\"handler\"") && row.kind == "task.created");
    let row = made.unwrap();
    let mut event: serde_json::Value = serde_json::from_str(&row.event).unwrap();
    event["data"]["due_date"] = json!("2026-01-09T10:00:15Z");
    row.event = event.to_string();
    assert!(broken(&history).contains(&Rule::State));
}
