//! Running a short-lived program to its end.

use anyhow::{Context, bail};
use std::process::{Command, Output, Stdio};

/// What `command` printed, when it succeeded.
///
/// # Errors
/// When it cannot be started or fails; the message has what it said.
pub(crate) fn finished(command: &mut Command) -> anyhow::Result<Output> {
    let program = command.get_program().to_string_lossy().into_owned();
    let output = command
        .stdin(Stdio::null())
        .output()
        .with_context(|| format!("cannot start {program}"))?;
    if !output.status.success() {
        let said = [output.stdout, output.stderr].concat();
        bail!("{program}: {}", String::from_utf8_lossy(&said).trim());
    }
    Ok(output)
}
