//! Dead letters: what cannot be handled or published is kept whole, alerted once, listed, and replayed by an operator.
//! Starts hosts of its own, reads their log, and breaks things in their database file.

mod again;
mod bulk;
mod bulk_order;
mod operators;
mod order;
mod postgres;
mod receive;
mod redelivered;
mod refused;
mod replay;
mod shared;
mod webhook;
