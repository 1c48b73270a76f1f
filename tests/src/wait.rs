//! Waiting for something that happens after the answer: a condition with a deadline, never a fixed pause.

use std::thread;
use std::time::{Duration, Instant};

/// How soon anything has happened, on a machine that is busy with other work too: only what fails takes so long.
pub const SOON: Duration = Duration::from_secs(30);

/// Between two looks, a tenth of the time waited so far, but not less and not more than this: what takes longer is not
/// looked at more often, because a look may cost a process.
const PAUSE: (Duration, Duration) = (Duration::from_millis(10), Duration::from_millis(200));

/// Looks until `look` finds something, and fails when it has not by the deadline.
#[track_caller]
pub fn eventually<T>(deadline: Duration, what: &str, mut look: impl FnMut() -> Option<T>) -> T {
    let start = Instant::now();
    loop {
        // A look that began in time counts, however long the machine took for it.
        let waited = start.elapsed();
        if let Some(found) = look() {
            return found;
        }
        assert!(waited < deadline, "not within {deadline:?}: {what}");
        thread::sleep((waited / 10).clamp(PAUSE.0, PAUSE.1));
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
