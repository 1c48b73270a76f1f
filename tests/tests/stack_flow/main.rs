//! From a call to its effects, through PostgreSQL, daprd and Kafka, all real.

mod dead_letters;
mod history;
mod publishing;
mod recurrence;
mod reminders;
mod traces;
