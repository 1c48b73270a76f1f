//! What fails while users work, and that nothing is lost: each test says what went in and what came out.

mod broker;
mod database;
mod deliveries;
mod fairness;
mod hosts;
mod latency;
mod poison;
mod sidecar;
mod takeover;

use std::time::Duration;

/// For a process to start again, on a machine that is busy with other work.
const START_AGAIN: Duration = Duration::from_secs(60);
