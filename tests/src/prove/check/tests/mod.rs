//! Each rule is seen to be broken, and nothing else is: a good history, damaged in one place.

mod row;
mod series;
mod world;

use serde_json::json;

use super::check;
use crate::prove::history::{Answer, DeadRow, History, Kind};
use crate::prove::violation::Rule;
use crate::stack_harness::KafkaEvent;
use world::{USER, World};

/// What is broken, each rule once.
fn broken(history: &History) -> Vec<Rule> {
    let mut rules: Vec<Rule> = check(history).iter().map(|found| found.rule).collect();
    rules.sort();
    rules.dedup();
    rules
}

/// A task that is renamed and reminded of; a series that is completed, reopened and completed again; a deleted task.
fn good() -> World {
    let mut world = World::new();
    let task = world.create(1, false);
    world.rename(task);
    let series = world.create(60, true);
    world.complete(series, true);
    let first = world.next(series);
    world.complete(series, false);
    world.withdraw(first);
    world.complete(series, true);
    world.next(series);
    let gone = world.create(60, false);
    world.delete(gone);
    world.remind(task);
    world
}

fn swap(events: &mut [KafkaEvent], one: usize, other: usize) {
    let (first, second) = (events[one].record.offset, events[other].record.offset);
    events.swap(one, other);
    (events[one].record.offset, events[other].record.offset) = (first, second);
}

#[test]
fn a_good_history_breaks_nothing() {
    assert_eq!(check(&good().seen()), []);
}

#[test]
fn records_that_come_again_break_nothing() {
    let mut history = good().seen();
    for again in [3, 0, 1] {
        let mut event = history.tasks[again].clone();
        event.record.offset = history.tasks.len() as u64;
        history.tasks.push(event);
    }
    assert_eq!(check(&history), []);
}

#[test]
fn a_call_without_an_answer_may_have_happened_or_not() {
    let mut history = good().seen();
    let lost = history
        .calls
        .iter()
        .position(|call| call.kind == Kind::Edit)
        .unwrap();
    history.calls[lost].answer = Answer::Unknown(String::new());
    let mut never = history.calls[lost].clone();
    never.title = Some("never written".to_owned());
    history.calls.push(never);
    assert_eq!(check(&history), []);
}

#[test]
fn a_change_that_was_refused_or_never_called_is_unasked() {
    let mut history = good().seen();
    history.calls[1].answer = Answer::Refused(Some(409));
    assert_eq!(broken(&history), [Rule::Unasked]);
    history.calls.remove(1);
    assert_eq!(broken(&history), [Rule::Unasked]);
}

#[test]
fn an_event_that_is_not_in_kafka_is_lost() {
    let mut history = good().seen();
    history.tasks.remove(4);
    assert_eq!(broken(&history), [Rule::Lost]);
}

#[test]
fn an_accepted_change_without_an_event_is_lost() {
    let mut world = good();
    let task = world.create(60, false);
    world.rename(task);
    let mut history = world.seen();
    history.end.outbox.pop();
    history.tasks.pop();
    assert_eq!(broken(&history), [Rule::Lost, Rule::State]);
}

#[test]
fn an_accepted_deletion_without_an_event_is_lost() {
    let mut history = good().seen();
    let deletion = history.calls.iter().find(|call| call.kind == Kind::Delete);
    let deletion = deletion.unwrap().clone();
    history.calls.push(deletion);
    assert_eq!(broken(&history), [Rule::Lost]);
}

#[test]
fn records_in_another_order_or_under_another_key_are_seen() {
    let mut history = good().seen();
    swap(&mut history.tasks, 0, 1);
    assert_eq!(broken(&history), [Rule::Order]);
    let mut history = good().seen();
    // Of two tasks: one was answered before the other was sent.
    swap(&mut history.tasks, 1, 2);
    assert_eq!(broken(&history), [Rule::Order]);
    let mut history = good().seen();
    history.tasks[2].record.key = Some("bob".to_owned());
    assert_eq!(broken(&history), [Rule::Order]);
}

#[test]
fn calls_at_the_same_time_may_come_in_either_order() {
    let mut history = good().seen();
    swap(&mut history.tasks, 1, 2);
    // The renaming was answered only after the creation had been sent.
    history.calls[1].ended = history.calls[2].begun;
    assert_eq!(check(&history), []);
}

#[test]
fn numbers_against_the_order_of_the_answers_are_seen() {
    let mut history = good().seen();
    history.end.outbox.swap(1, 2);
    (history.end.outbox[1].seq, history.end.outbox[2].seq) = (2, 3);
    swap(&mut history.tasks, 1, 2);
    assert_eq!(broken(&history), [Rule::Order]);
}

#[test]
fn a_task_that_is_not_what_its_events_made_is_seen() {
    let mut history = good().seen();
    history.end.tasks[0]["title"] = json!("another");
    assert_eq!(broken(&history), [Rule::State]);
}

#[test]
fn a_reminder_that_is_missing_doubled_or_early_is_seen() {
    let mut history = good().seen();
    history.end.notifications.clear();
    assert!(broken(&history).contains(&Rule::Reminder));

    let mut history = good().seen();
    let again = history.end.notifications[0].clone();
    history.end.notifications.push(again);
    assert_eq!(broken(&history), [Rule::Reminder]);

    let mut history = good().seen();
    history.end.notifications[0].created_at = "2026-01-01T09:00:10".to_owned();
    assert!(broken(&history).contains(&Rule::Reminder));
}

#[test]
fn a_notification_about_a_task_that_was_done_is_seen() {
    let mut world = good();
    let task = world.create(1, false);
    let before = world.task(task);
    world.complete(task, true);
    world.remind_of(&before);
    assert_eq!(broken(&world.seen()), [Rule::Reminder]);
}

#[test]
fn dead_letters_other_than_poison_are_seen_and_poison_that_vanished() {
    let mut history = good().seen();
    history.end.dead_letters.push(DeadRow {
        id: "x".to_owned(),
        user_id: USER.to_owned(),
        reason: String::new(),
    });
    assert_eq!(broken(&history), [Rule::DeadLetter]);
    let mut history = good().seen();
    history.poison.insert("poison-1".to_owned());
    assert_eq!(broken(&history), [Rule::DeadLetter]);
    let mut history = good().seen();
    history.end.outbox[3].dead_at = Some(String::new());
    assert_eq!(broken(&history), [Rule::DeadLetter]);
}

#[test]
fn what_did_not_come_to_rest_is_said_and_nobody_misses_what_is_on_its_way() {
    let mut history = good().seen();
    history.unsettled = "an event".to_owned();
    history.tasks.pop();
    assert_eq!(broken(&history), [Rule::Unsettled]);
}
