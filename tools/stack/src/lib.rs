//! Starts and stops real processes on this machine: the application's host, and what it needs around it.
//!
//! Used by `cargo xtask run` and by the tests. Everything listens on 127.0.0.1, writes its output to a file, and ends
//! with the value that stands for it. This crate owns no configuration of the application: it passes on what it is given.

mod host;
mod http;
mod process;
mod spawn;
mod wait;

pub use host::{Host, HostOptions};
pub use http::get_status;
pub use process::Process;
pub use wait::{free_port, wait_until};
