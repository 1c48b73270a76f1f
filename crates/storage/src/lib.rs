//! Every SQL statement of the application, one function each, named after what it does for the caller.
//!
//! Both databases get the same statements; where their SQL differs, [`sql`] has the word for each. One statement is one
//! change together with its event: the event rides in the `event` column, and a trigger copies it to the outbox.
//! Decisions belong to the domain crate, retries and HTTP answers to the callers.

mod schema;
mod sql;
mod store;
mod task_row;

pub mod dead_letters;
pub mod history;
pub mod leases;
pub mod notifications;
pub mod outbox;
pub mod reminders;
pub mod task_list;
pub mod tasks;

pub use platform::DbError;
pub use store::Store;
