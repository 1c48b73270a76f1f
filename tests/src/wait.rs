//! Waiting for something that happens after the answer: a condition with a deadline, never a fixed pause.

use std::thread;
use std::time::{Duration, Instant};

const PAUSE_BETWEEN_LOOKS: Duration = Duration::from_millis(10);

/// Looks until `look` finds something, and fails when it has not by the deadline.
#[track_caller]
pub fn eventually<T>(deadline: Duration, what: &str, mut look: impl FnMut() -> Option<T>) -> T {
    let start = Instant::now();
    loop {
        if let Some(found) = look() {
            return found;
        }
        assert!(
            start.elapsed() < deadline,
            "not within {deadline:?}: {what}"
        );
        thread::sleep(PAUSE_BETWEEN_LOOKS);
    }
}

/// Runs `job(0)` ... `job(count - 1)` at once, each in a thread of its own, and returns what they returned, in order.
#[track_caller]
pub fn at_once<T: Send>(count: usize, job: impl Fn(usize) -> T + Sync) -> Vec<T> {
    let gate = std::sync::Barrier::new(count);
    let (gate, job) = (&gate, &job);
    thread::scope(|scope| {
        let threads: Vec<_> = (0..count)
            .map(|n| {
                scope.spawn(move || {
                    gate.wait();
                    job(n)
                })
            })
            .collect();
        threads
            .into_iter()
            .map(|thread| thread.join().expect("a concurrent call failed"))
            .collect()
    })
}
