//! What the host itself has to say, on stderr. Components' own output is `stdio`'s.

use std::fmt;
use std::io::Write as _;

/// Something that failed and that whoever runs the application should see.
pub(crate) fn error(message: fmt::Arguments<'_>) {
    // A closed stderr is nobody's error.
    let _ = std::io::stderr()
        .lock()
        .write_all(format!("devhost: error: {message}\n").as_bytes());
}
