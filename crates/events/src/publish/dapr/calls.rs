//! The calls that a batch needs.

use crate::publish::batch::topic_of;
use domain::event::Topic;
use std::collections::VecDeque;
use storage::outbox::Pending;

/// How many bytes a call may have, unless one event alone has more: a quarter of what Dapr reads by default, so that entries
/// that it takes one by one are not refused for being together.
const MAX_BYTES: usize = 1_000_000;
/// What an entry has around its event, at most: the key, the trace once more.
const AROUND: usize = 512;

/// An event and its place in the batch.
pub(super) type Numbered<'a> = (usize, &'a Pending);

/// One call: its entries are of one topic, in the order of the batch.
pub(super) struct Call<'a> {
    pub(super) topic: Topic,
    pub(super) entries: Vec<Numbered<'a>>,
}

/// The calls that a batch needs, in order: one per topic, or more where that would be too large.
pub(super) fn calls(batch: &[Pending]) -> VecDeque<Call<'_>> {
    let mut calls = VecDeque::new();
    for topic in Topic::ALL.iter().copied() {
        let entries = batch.iter().enumerate();
        let entries = entries.filter(|(_, pending)| topic_of(pending) == topic);
        for entries in within_size(entries) {
            calls.push_back(Call { topic, entries });
        }
    }
    calls
}

fn within_size<'a>(entries: impl Iterator<Item = Numbered<'a>>) -> Vec<Vec<Numbered<'a>>> {
    let mut parts: Vec<Vec<Numbered<'a>>> = Vec::new();
    let mut room = 0;
    for entry in entries {
        let bytes = entry.1.event.len() + AROUND;
        match parts.last_mut() {
            Some(part) if bytes <= room => {
                part.push(entry);
                room -= bytes;
            }
            _ => {
                parts.push(vec![entry]);
                room = MAX_BYTES.saturating_sub(bytes);
            }
        }
    }
    parts
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pending(seq: i64, event_type: &str, bytes: usize) -> Pending {
        Pending {
            seq,
            user_id: format!("user-{seq}"),
            event_type: event_type.to_owned(),
            event: "x".repeat(bytes),
            attempts: 0,
            replays: 0,
            waits_ended: 0,
        }
    }

    fn sizes(batch: &[Pending]) -> Vec<usize> {
        calls(batch).iter().map(|call| call.entries.len()).collect()
    }

    #[test]
    fn a_call_has_one_topic() {
        let batch = [
            pending(1, "task.created", 10),
            pending(2, "reminder.triggered", 10),
            pending(3, "unknown", 10),
        ];
        assert_eq!(sizes(&batch), [2, 1]);
    }

    #[test]
    fn a_call_is_no_larger_than_one_event_must_be() {
        let batch = [400_000, 400_000, 400_000, 2_000_000, 10].map(|bytes| (bytes, "task.created"));
        let batch: Vec<_> = (1..)
            .zip(batch)
            .map(|(seq, (bytes, kind))| pending(seq, kind, bytes))
            .collect();
        assert_eq!(sizes(&batch), [2, 1, 1, 1]);
        let small: Vec<_> = (1..=100)
            .map(|seq| pending(seq, "task.created", 900))
            .collect();
        assert_eq!(sizes(&small), [100]);
    }
}
