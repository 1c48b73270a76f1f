//! Records against the outbox: each event arrived, under its user's key, as it was written, in the order of the outbox.

use std::collections::{BTreeMap, BTreeSet};

use chrono::TimeDelta;
use domain::Time;
use domain::event::Topic;
use domain::time::parse_utc;
use serde_json::Value;

use crate::prove::history::{Answer, History, OutboxRow, POISON};
use crate::prove::violation::{Found, Rule};
use crate::stack_harness::{KafkaEvent, first_occurrences};

/// Two events this near to each other may have been written at once, where nothing else says which was first: the number is
/// drawn a moment before the row can be seen.
const AT_ONCE: TimeDelta = TimeDelta::seconds(1);

pub(super) fn check(history: &History, found: &mut Found) {
    let rows: BTreeMap<&str, &OutboxRow> = history
        .end
        .outbox
        .iter()
        .map(|row| (row.event_id.as_str(), row))
        .collect();
    let calls = calls(history);
    for &topic in Topic::ALL {
        let mut by_user: BTreeMap<&str, Vec<&KafkaEvent>> = BTreeMap::new();
        for record in history.records(topic) {
            if !record.id().starts_with(POISON) {
                as_written(record, topic, &rows, found);
                by_user.entry(record.user()).or_default().push(record);
            }
        }
        for (user, records) in by_user {
            keys(user, &records, found);
            in_order(topic, &first_occurrences(&records), &rows, &calls, found);
        }
    }
}

/// When nothing is on its way any more, every event left and is in its topic.
pub(super) fn check_all_arrived(history: &History, found: &mut Found) {
    for &topic in Topic::ALL {
        let arrived: BTreeSet<&str> = history.records(topic).iter().map(KafkaEvent::id).collect();
        for row in history.end.outbox.iter().filter(|row| belongs(row, topic)) {
            if !arrived.contains(row.event_id.as_str()) {
                found.add(Rule::Lost, format!("not in {topic}: {row:?}"));
            } else if row.published_at.is_none() {
                found.add(Rule::Lost, format!("still pending: {row:?}"));
            }
        }
    }
}

fn as_written(
    record: &KafkaEvent,
    topic: Topic,
    rows: &BTreeMap<&str, &OutboxRow>,
    found: &mut Found,
) {
    let Some(row) = rows.get(record.id()) else {
        found.add(
            Rule::Unasked,
            format!("in {topic}, but not in the outbox: {}", record.json),
        );
        return;
    };
    let written: Value = serde_json::from_str(&row.event).unwrap_or_default();
    let same = ["type", "source", "subject", "time", "data"];
    let differs = same
        .into_iter()
        .find(|name| written[name] != record.json[name]);
    if differs.is_some() || !belongs(row, topic) {
        found.add(
            Rule::State,
            format!("in {topic}: {}, in the outbox {}", record.json, row.event),
        );
    }
}

/// Whether the event of this row is one of the topic, by its type alone: the code's own mapping is not the measure.
fn belongs(row: &OutboxRow, topic: Topic) -> bool {
    row.kind.starts_with(match topic {
        Topic::Tasks => "task.",
        Topic::Reminders => "reminder.",
    })
}

fn keys(user: &str, records: &[&KafkaEvent], found: &mut Found) {
    let partitions: BTreeSet<u32> = records
        .iter()
        .map(|record| record.record.partition)
        .collect();
    let other = records
        .iter()
        .find(|record| record.record.key.as_deref() != Some(user));
    if partitions.len() > 1 || other.is_some() {
        found.add(
            Rule::Order,
            format!("{user} is in partitions {partitions:?}; with another key: {other:?}"),
        );
    }
}

fn in_order(
    topic: Topic,
    first: &[&KafkaEvent],
    rows: &BTreeMap<&str, &OutboxRow>,
    calls: &BTreeMap<(String, u64), (Time, Time)>,
    found: &mut Found,
) {
    let seq = |record: &KafkaEvent| rows.get(record.id()).map(|row| row.seq);
    for (place, record) in first.iter().enumerate() {
        let overtaken = first[..place]
            .iter()
            .find(|earlier| seq(earlier) > seq(record) && !may_be_at_once(record, earlier, calls));
        if let Some(earlier) = overtaken {
            found.add(
                Rule::Order,
                format!(
                    "in {topic} after what was written later: {:?} {} after {:?} {}",
                    seq(record),
                    record.json,
                    seq(earlier),
                    earlier.json
                ),
            );
        }
    }
}

/// Whether the change with the lower number may have become visible after the other one.
fn may_be_at_once(
    lower: &KafkaEvent,
    higher: &KafkaEvent,
    calls: &BTreeMap<(String, u64), (Time, Time)>,
) -> bool {
    // Two changes of one task wait for each other.
    if lower.task() == higher.task() {
        return false;
    }
    let of = |event: &KafkaEvent| calls.get(&(event.task().to_owned(), event.version()));
    if let (Some((_, ended)), Some((begun, _))) = (of(lower), of(higher)) {
        return ended >= begun;
    }
    let time = |event: &KafkaEvent| parse_utc(event.json["time"].as_str().unwrap_or_default()).ok();
    match (time(lower), time(higher)) {
        (Some(lower), Some(higher)) => (higher - lower).abs() < AT_ONCE,
        _ => false,
    }
}

/// When the call was sent and answered that an event tells of, by task and version.
fn calls(history: &History) -> BTreeMap<(String, u64), (Time, Time)> {
    let mut calls = BTreeMap::new();
    for call in &history.calls {
        if let Answer::Done(Some(task)) = &call.answer {
            let id = task["id"].as_str().unwrap_or_default().to_owned();
            let version = task["version"].as_u64().unwrap_or_default();
            // A call that found nothing to change may have seen a version that another call made.
            let made = task["updated_at"]
                .as_str()
                .and_then(|at| parse_utc(at).ok());
            if made.is_some_and(|at| at >= call.begun && at <= call.ended) {
                let mut times = (call.begun, call.ended);
                if let Some((begun, ended)) = calls.get(&(id.clone(), version)) {
                    times = (times.0.min(*begun), times.1.max(*ended));
                }
                calls.insert((id, version), times);
            }
        }
    }
    calls
}
