//! The outbox: what is written with a change, and that it reaches the bus, whatever the bus does meanwhile. Starts
//! hosts of its own and reads their database file.

mod bus_failure;
mod bus_failure_partial;
mod first_call;
mod lag;
mod log;
mod order;
mod rows;
mod settled;
mod shape;
mod shared;
mod topics;
mod waiting;
