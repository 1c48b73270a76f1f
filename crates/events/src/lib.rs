//! Events on their way: from the outbox to a bus ([`drain`]), and from a bus into an event component ([`subscriber`]).
//!
//! What an event says belongs to the domain crate, when it is committed to the storage crate. Here is what happens to it
//! afterwards: at least once, in order per user.

pub mod answer;
mod bus;
pub mod drain;
pub mod reminders;
pub mod routes;
pub mod settings;
pub mod stamp;
pub mod subscriber;

pub use drain::{after_change, after_read, wake_relay};
pub use stamp::Stamp;
