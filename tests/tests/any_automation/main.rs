//! The automation beside recurrence, over HTTP and against any host: reminders, notifications, the event history and its
//! counters, and the event catalogue in docs/events.md.

mod catalogue;
mod counters;
mod history;
mod notifications;
mod reminders;
mod reminders_again;
mod reminders_change;
mod reminders_delivered;
