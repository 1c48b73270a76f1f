//! POST of a batch of changes, against any host.

mod operations;
mod shape;
mod shared;
