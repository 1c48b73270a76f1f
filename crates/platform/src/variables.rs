//! The component's variables, as `spin.toml` maps them from the application's.

use crate::host;

/// The value of a variable; an undeclared or unreadable one counts as empty, which every caller treats as "closed".
#[must_use]
pub fn get(name: &str) -> String {
    host::variables::get(name).unwrap_or_else(|error| {
        crate::log::error(format!("variable {name}: {error}"));
        String::new()
    })
}
