//! What other people's programs say of the application and its contracts: those that `cargo xtask setup` installs from
//! dev/checks.

mod answers;
mod calendar;
mod cases;
mod contracts;
mod rules;
mod series;
mod shared;
