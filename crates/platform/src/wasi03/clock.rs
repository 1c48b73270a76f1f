//! Waiting, and the clock that never goes back.

use crate::outbound::nanos;
use std::time::Duration;
use wasip3::clocks::monotonic_clock;

/// Waits.
pub async fn sleep(time: Duration) {
    monotonic_clock::wait_for(nanos(time)).await;
}

/// By the monotonic clock, in nanoseconds.
pub(crate) fn monotonic() -> u64 {
    monotonic_clock::now()
}
