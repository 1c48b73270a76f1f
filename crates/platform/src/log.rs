//! One line per message on standard error, where the host and the cluster's log collector pick it up.
//!
//! `LEVEL component message`. Callers must not log secrets: the message goes out as it is.

use std::fmt::Display;

/// Something an operator must look at.
pub fn error(message: impl Display) {
    line("ERROR", &message);
}

/// Something unusual that the application deals with by itself.
pub fn warn(message: impl Display) {
    line("WARN", &message);
}

/// Something worth a line in normal operation.
pub fn info(message: impl Display) {
    line("INFO", &message);
}

fn line(level: &str, message: &dyn Display) {
    eprintln!("{level} {}", message.to_string().replace(['\n', '\r'], " "));
}
