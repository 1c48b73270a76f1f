//! Waiting until the processes of the benchmark have nothing to do, and watching the memory of one.

use crate::proc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

/// How long is looked at once, and how much CPU time counts as nothing: the jobs of the sidecars come every second.
const LOOK: Duration = Duration::from_millis(250);
const NOTHING: Duration = Duration::from_millis(40);

/// The longest wait.
const LIMIT: Duration = Duration::from_secs(30);

/// Waits until all processes below this one are idle, or for half a minute.
pub(crate) fn settle() {
    let begun = Instant::now();
    let mut before = proc::cpu(std::process::id());
    while begun.elapsed() < LIMIT {
        std::thread::sleep(LOOK);
        let now = proc::cpu(std::process::id());
        // Less than before: a process has ended.
        if now >= before && now - before <= NOTHING {
            return;
        }
        before = now;
    }
    eprintln!("bench: the servers do not come to rest; going on");
}

/// Runs `work`, and says the most memory in MB that the process had meanwhile.
pub(crate) fn watch_memory<T>(process: u32, work: impl FnOnce() -> T) -> (T, f64) {
    let done = AtomicBool::new(false);
    std::thread::scope(|scope| {
        let watcher = scope.spawn(|| {
            let mut peak = proc::memory_mb(process);
            while !done.load(Ordering::Relaxed) {
                std::thread::sleep(LOOK);
                peak = peak.max(proc::memory_mb(process));
            }
            peak
        });
        let result = work();
        done.store(true, Ordering::Relaxed);
        (result, watcher.join().unwrap_or(0.0))
    })
}
