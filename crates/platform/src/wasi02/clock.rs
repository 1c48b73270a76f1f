//! Waiting, and the clock that never goes back.

use std::time::Duration;
use wasi::clocks::monotonic_clock;

/// Waits.
pub async fn sleep(time: Duration) {
    let nanos = u64::try_from(time.as_nanos()).unwrap_or(u64::MAX);
    monotonic_clock::subscribe_duration(nanos).block();
}

/// By the monotonic clock, in nanoseconds.
pub(crate) fn monotonic() -> u64 {
    monotonic_clock::now()
}
