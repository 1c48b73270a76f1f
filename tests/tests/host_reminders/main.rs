//! Reminders where hosts of the tests' own are needed: several on one database, and a bus that is away.

mod bus_away;
mod late;
mod shared;
mod two_hosts;
