//! `wasi:cli/stderr@0.2`. An instance has one line to write: by way of the standard library it would first ask the host for all
//! three streams, and whether each is a terminal.

use wasi::cli::stderr::get_stderr;

/// The most that one call takes.
const PART: usize = 4096;

/// A log that cannot be written is no reason to fail.
pub(crate) fn write(line: &[u8]) {
    let stderr = get_stderr();
    for part in line.chunks(PART) {
        let _ = stderr.blocking_write_and_flush(part);
    }
}
