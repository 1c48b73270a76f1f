//! Reminders where hosts of the tests' own are needed: several on one database, a bus that is away, and
//! handlers that stall.

mod any_order;
mod bus_away;
mod held;
mod held_back;
mod late;
mod moved_between;
mod newer_wins;
mod older_release;
mod shared;
mod two_hosts;
