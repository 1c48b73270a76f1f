//! Random bytes that nobody can guess.

use wasi::random::random::get_random_bytes;

/// So many bytes from the host's secure source.
#[must_use]
pub fn random(bytes: u64) -> Vec<u8> {
    get_random_bytes(bytes)
}
