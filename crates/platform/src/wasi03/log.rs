//! Standard error, which an instance opens once for all its requests.

use std::io::Write as _;

/// A log that cannot be written is no reason to fail.
pub(crate) fn write(line: &[u8]) {
    let _ = std::io::stderr().write_all(line);
}
