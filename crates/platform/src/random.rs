//! Random bytes that nobody can guess.

use crate::host;

/// So many bytes from the host's secure source.
#[must_use]
pub fn random(bytes: u64) -> Vec<u8> {
    host::random(bytes)
}
