//! A proof instead of examples: seeded schedules with faults on the real stack, and a checker that reads the history
//! afterwards.
//!
//! [`generate`] and [`check`] are pure; [`Prover`] is what touches the stack. [`Sabotage`] breaks a guarantee from outside, to
//! show that the checker sees it.

mod check;
mod history;
mod model;
mod report;
mod run;
mod sabotage;
mod schedule;
mod told;
mod violation;

pub use check::check;
pub use history::{
    Answer, Call, DeadRow, End, History, Kind, NotificationRow, OutboxRow, ReminderRow,
};
pub use report::{Tally, prove_seeds};
pub use run::{Outcome, Prover};
pub use sabotage::Sabotage;
pub use schedule::{
    Due, Edit, Fault, FaultKind, Harm, NewTask, Op, Recurs, Schedule, Step, Target, Way, generate,
};
pub use violation::{Found, Rule, Violation};
