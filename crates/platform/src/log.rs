//! One line per message on standard error, where the host and the cluster's log collector pick it up.
//!
//! `LEVEL component message`: the lines of all components end up in one stream. Callers must not log secrets: the message
//! goes out as it is.

use std::fmt::Display;
use std::sync::OnceLock;

static COMPONENT: OnceLock<&str> = OnceLock::new();

/// Says who logs: set once, when the component starts.
pub(crate) fn set_component(name: &'static str) {
    COMPONENT.get_or_init(|| name);
}

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
    let component = COMPONENT.get().unwrap_or(&"-");
    let message = message.to_string().replace(['\n', '\r'], " ");
    eprintln!("{level} {component} {message}");
}
