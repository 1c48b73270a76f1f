//! Completing a recurring task makes its next occurrence: once, and soon.

use std::time::{Duration, Instant};

use e2e::{SOON, Stack, id_of, quantile, report};

const SAMPLES: usize = 60;

/// Far above what is measured: a busy machine must not fail the run.
const LIMIT: Duration = Duration::from_secs(5);

#[test]
fn a_completed_recurring_task_has_its_next_occurrence_once() {
    let stack = Stack::get();
    let user = stack.user();
    let task = user.create_recurring("weekly", "2026-03-02T09:00:00Z");
    user.complete(id_of(&task));
    let next = user.wait_for_occurrence(&task, 2, SOON);
    assert_eq!(next["due_date"], "2026-03-09T09:00:00Z");
    assert_eq!(next["completed"], false);

    user.complete(id_of(&next));
    user.wait_for_occurrence(&task, 3, SOON);
    assert_eq!(user.occurrences_of(&task["series_id"], 2).len(), 1);
    assert_eq!(user.list("status=all").len(), 3);
}

#[test]
fn the_next_occurrence_is_there_soon_after_the_completion() {
    let stack = Stack::get();
    let user = stack.user();
    let times: Vec<Duration> = (0..SAMPLES)
        .map(|_| {
            let task = user.create_recurring("daily", "2026-01-01T09:00:00Z");
            let begun = Instant::now();
            user.complete(id_of(&task));
            user.wait_for_occurrence(&task, 2, SOON);
            begun.elapsed()
        })
        .collect();
    let (p50, p99) = (quantile(times.clone(), 0.5), quantile(times, 0.99));
    report(&format!(
        "from completing a task to reading its next occurrence, through daprd and Kafka: p50 {p50:.1?}, p99 {p99:.1?} \
         of {SAMPLES}"
    ));
    assert!(p99 < LIMIT, "{p99:?}");
}
