//! Dead letters: all of the poison, once each, and nothing else. A good event may pass tasks-dlq on its way to a redelivery.

use std::collections::{BTreeMap, BTreeSet};

use crate::prove::history::{History, POISON};
use crate::prove::violation::{Found, Rule};
use crate::stack_harness::KafkaEvent;

pub(super) fn check(history: &History, found: &mut Found) {
    for row in history
        .end
        .outbox
        .iter()
        .filter(|row| row.dead_at.is_some())
    {
        found.add(Rule::DeadLetter, format!("given up by the outbox: {row:?}"));
    }
    let mut kept: BTreeMap<&str, usize> = BTreeMap::new();
    for row in &history.end.dead_letters {
        *kept.entry(&row.id).or_default() += 1;
        if !row.id.starts_with(POISON) {
            found.add(Rule::DeadLetter, format!("kept: {row:?}"));
        }
    }
    if !history.unsettled.is_empty() {
        return;
    }
    let dead: BTreeSet<&str> = history.dead.iter().map(KafkaEvent::id).collect();
    for id in &history.poison {
        let times = kept.get(id.as_str()).copied().unwrap_or_default();
        if times != 1 || !dead.contains(id.as_str()) {
            found.add(
                Rule::DeadLetter,
                format!(
                    "{id} is kept {times} times, in tasks-dlq: {}",
                    dead.contains(id.as_str())
                ),
            );
        }
    }
}
