//! Every SQL statement of the application, one function each, named after what it does for the caller.
//!
//! A statement stands here as one text with `$1` parameters, for both databases; `words` has what differs between them. One
//! statement is one change together with its event: the event is written to the `event` column, and a trigger copies it to
//! the outbox. Decisions belong to the domain crate, retries and HTTP answers to the callers.
//!
//! Every function fails with a [`DbError`] and nothing else.

mod params;
mod schema;
mod sql;
mod store;
mod task_row;
mod tombstones;
mod words;

pub mod calendars;
pub mod dead_letters;
pub mod erasure;
pub mod follow;
pub mod history;
pub mod idempotency;
pub mod jwks;
pub mod lag;
pub mod leases;
pub mod low_water;
pub mod notifications;
pub mod order;
pub mod outbox;
pub mod purge;
pub mod redeliveries;
pub mod reminders;
pub mod shards;
pub mod task_list;
pub mod tasks;
pub mod waiting;

pub use platform::DbError;
pub use store::Store;
