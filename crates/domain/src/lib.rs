//! What a task is and what follows from it: fields and their rules, recurrence, reminders, events.
//!
//! No I/O, no clock, no randomness: the current time and new ids come in as arguments. Storage, HTTP and the bus are
//! other crates' business. Only validation ([`Task::create`], [`Task::patch`], [`Task::replace`]), [`time::parse`] and
//! [`recurrence`] touch the time-zone database, so a component that needs none of them does not carry it.

mod choice;
mod field;
mod task;
#[cfg(test)]
mod testing;
mod user_id;

pub mod event;
pub mod recurrence;
pub mod reminder;
pub mod time;

pub use choice::{Interval, Priority, RecurrencePolicy};
pub use field::{FieldError, FieldErrors};
pub use recurrence::{RecurrenceRule, RuleError};
pub use task::{Asked, Change, RESTORE_DAYS, Task, TaskView};
pub use time::Time;
pub use time::zone::{TimeZone, UnknownTimeZone};
pub use user_id::{UserId, UserIdError};
