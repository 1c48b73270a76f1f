//! What came out, held against what went in: the events in Kafka, the occurrences in the database, the dead letters.

use std::collections::{BTreeMap, BTreeSet};
use std::time::{Duration, Instant};

use super::events::{KafkaEvent, first_occurrences};
use super::ledger::{Ledger, UserLedger};
use super::{Stack, report};
use crate::wait::eventually;

/// Everything must be settled by then: the longest wait of a retry and of a rejoining consumer are below it.
const SETTLED: Duration = Duration::from_secs(150);

/// How the ids of those events begin that a test means to end in the dead letters.
const POISON: &str = "poison-";

/// The counts of a load and of what became of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Verdict {
    /// Changes that were accepted.
    pub accepted: usize,
    /// Records in Kafka about the users of the load, events of the handlers and duplicates included.
    pub records: usize,
    /// Records that came again.
    pub duplicates: usize,
}

impl Verdict {
    /// Waits until nothing is on its way any more, and checks everything that must hold after any fault.
    #[track_caller]
    pub fn of(stack: &Stack, name: &str, ledger: &Ledger) -> Self {
        let begun = Instant::now();
        wait_until_settled(stack, ledger);
        let settled = begun.elapsed();
        let events = stack.events("tasks");
        let mut records = 0;
        let mut distinct = 0;
        for user in &ledger.users {
            let of_user: Vec<&KafkaEvent> = events
                .iter()
                .filter(|event| event.user() == user.user)
                .collect();
            let first = first_occurrences(&of_user);
            records += of_user.len();
            distinct += first.len();
            assert_keys(user, &of_user);
            assert_order(user, &first);
            assert_one_next_each(&first);
        }
        assert_no_dead_letters(stack, ledger);
        let verdict = Self {
            accepted: ledger.accepted(),
            records,
            duplicates: records - distinct,
        };
        report(&format!(
            "{name}: in {} accepted changes ({} completions), {} calls not accepted; out {records} records, {} of them \
             again; median {:.1?}, p99 {:.1?}; settled {:.1?} after the load",
            verdict.accepted,
            ledger.completed(),
            ledger.refusals().count(),
            verdict.duplicates,
            ledger.quantile(0.5),
            ledger.quantile(0.99),
            settled,
        ));
        verdict
    }
}

#[track_caller]
fn wait_until_settled(stack: &Stack, ledger: &Ledger) {
    let names: Vec<String> = ledger
        .users
        .iter()
        .map(|user| format!("'{}'", user.user))
        .collect();
    let users = names.join(", ");
    let outbox =
        format!("SELECT count(*) FROM outbox WHERE user_id IN ({users}) AND published_at IS NULL");
    let completed =
        format!("FROM tasks AS t WHERE t.user_id IN ({users}) AND t.completed AND t.is_recurring");
    let without_next = format!(
        "SELECT count(*) {completed} AND (SELECT count(*) FROM tasks AS n WHERE n.series_id = t.series_id AND \
         n.occurrence = t.occurrence + 1 AND NOT n.withdrawn) <> 1"
    );
    eventually(SETTLED, "every completed task to have its next", || {
        (stack.count(&without_next) == 0).then_some(())
    });
    eventually(SETTLED, "an empty outbox", || {
        (stack.count(&outbox) == 0).then_some(())
    });
    let again = format!("SELECT count(*) FROM redeliveries WHERE user_id IN ({users})");
    eventually(SETTLED, "no event to be delivered again", || {
        (stack.count(&again) == 0).then_some(())
    });
    let in_database = stack.count(&format!("SELECT count(*) {completed}"));
    assert!(
        in_database >= ledger.completed() as u64,
        "{} completions were accepted, the database has {in_database}",
        ledger.completed()
    );
}

#[track_caller]
fn assert_keys(user: &UserLedger, events: &[&KafkaEvent]) {
    let partitions: BTreeSet<u32> = events.iter().map(|event| event.record.partition).collect();
    assert!(
        partitions.len() <= 1,
        "{} is in partitions {partitions:?}",
        user.user
    );
    for event in events {
        assert_eq!(
            event.record.key.as_ref(),
            Some(&user.user),
            "the record key"
        );
    }
}

/// Each accepted change has its event, and the events came in the order of the answers; each task's versions in order.
#[track_caller]
fn assert_order(user: &UserLedger, first: &[&KafkaEvent]) {
    let place: BTreeMap<_, usize> = first
        .iter()
        .enumerate()
        .map(|(place, event)| ((event.task(), event.version(), event.kind()), place))
        .collect();
    let mut last = None;
    for change in &user.accepted {
        let key = (change.task.as_str(), change.version, change.kind);
        let found = place.get(&key).copied();
        assert!(
            found.is_some(),
            "accepted, but not in Kafka: {change:?} of {}",
            user.user
        );
        assert!(
            found > last,
            "overtaken: {change:?} of {}; its records, as they came: {}",
            user.user,
            told(first)
        );
        last = found;
    }
    let mut versions: BTreeMap<&str, u64> = BTreeMap::new();
    for event in first {
        let version = versions.entry(event.task()).or_default();
        assert!(event.version() > *version, "out of order: {:?}", event.json);
        *version = event.version();
    }
}

/// Records in a line each: which change of which task.
fn told(events: &[&KafkaEvent]) -> String {
    let line =
        |event: &&KafkaEvent| format!("\n{} {} {}", event.task(), event.version(), event.kind());
    events.iter().map(line).collect()
}

/// No occurrence of a series was created twice, by whatever event.
#[track_caller]
fn assert_one_next_each(first: &[&KafkaEvent]) {
    let mut created = BTreeSet::new();
    for event in first.iter().filter(|event| event.kind() == "task.created") {
        let data = &event.json["data"];
        let occurrence = (
            data["series_id"].to_string(),
            data["occurrence"].to_string(),
        );
        assert!(
            created.insert(occurrence),
            "created twice: {:?}",
            event.json
        );
    }
}

#[track_caller]
fn assert_no_dead_letters(stack: &Stack, ledger: &Ledger) {
    for user in &ledger.users {
        let kept = stack.sql(&format!(
            "SELECT type, reason, event FROM dead_letters WHERE user_id = '{}'",
            user.user
        ));
        assert!(kept.is_empty(), "dead letters: {kept}");
    }
    // The topic itself may have good events: those that were not handled within the retries, and then were.
    let unknown = stack.sql(&format!(
        "SELECT id, reason, event FROM dead_letters WHERE user_id = '' AND id NOT LIKE '{POISON}%'"
    ));
    assert!(unknown.is_empty(), "dead letters: {unknown}");
}
