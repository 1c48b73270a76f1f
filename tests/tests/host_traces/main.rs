//! The log of a host: one line for each request and event, and traces that hang together.

mod lines;
mod session;
mod thousand;
