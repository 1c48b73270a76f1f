//! The wall clock and fresh identifiers, which the domain must be given because it has none of its own.

use chrono::{DateTime, SubsecRound, Utc};
use std::time::{SystemTime, UNIX_EPOCH};
use uuid::Uuid;

/// The current time, cut to microseconds: the precision that both databases keep.
#[must_use]
pub fn now() -> DateTime<Utc> {
    let since = SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .unwrap_or_default();
    DateTime::from_timestamp(
        i64::try_from(since.as_secs()).unwrap_or_default(),
        since.subsec_nanos(),
    )
    .unwrap_or_default()
    .trunc_subsecs(6)
}

/// A new UUID v7: unique, and sorted by its time of creation.
#[must_use]
pub fn new_id() -> Uuid {
    Uuid::now_v7()
}
