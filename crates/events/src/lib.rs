//! Events on their way, by direction: [`publish`] takes them from the outbox to a bus, [`consume`] takes them from a bus
//! into an event component.
//!
//! Both look up in [`topology`] which topic and which component an event type has. What an event says belongs to the
//! domain crate, when it is committed to the storage crate. Here is what happens to it afterwards: at least once, in
//! order per user.

pub mod ack;
pub mod consume;
mod peer;
pub mod publish;
pub mod redelivery;
pub mod reminders;
pub mod stamp;
pub mod topology;

pub use peer::{wake_relay, wake_relay_for};
pub use publish::{after_change_of, after_read};
pub use stamp::Stamp;
