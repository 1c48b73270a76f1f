//! Running a program to its end: a short one whose output is wanted, or a step of a set-up that takes minutes.

use crate::process::{GivenUp, Process};
use anyhow::{Context, bail};
use std::fs;
use std::io::Write;
use std::path::Path;
use std::process::{Command, Output, Stdio};
use std::time::{Duration, Instant};

/// How often a long step says that it is still at work.
const REPORT_EVERY: Duration = Duration::from_secs(30);

/// What `command` prints to its standard output, trimmed. It is given no input.
///
/// # Errors
/// When it cannot be started or fails; the message has what it said.
pub fn output(command: &mut Command) -> anyhow::Result<String> {
    Ok(text(&finished(command, "")?.stdout))
}

/// What `command` printed when it was given `input` and succeeded; see [`output`].
pub(crate) fn finished(command: &mut Command, input: &str) -> anyhow::Result<Output> {
    let program = command.get_program().to_string_lossy().into_owned();
    let mut child = command
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .with_context(|| format!("cannot start {program}"))?;
    let pipe = child.stdin.take();
    let output = std::thread::scope(|scope| {
        // An error means that the program ended before it had read all, which its status tells.
        scope.spawn(move || pipe.map(|mut pipe| pipe.write_all(input.as_bytes())));
        child.wait_with_output()
    })?;
    if !output.status.success() {
        let said = text(&[output.stdout, output.stderr].concat());
        bail!("{program} failed ({}): {said}", output.status);
    }
    Ok(output)
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).trim().to_owned()
}

/// Runs one step of a set-up to its end: says what it does and how long that should take, and every half minute that it is
/// still at work. Its output goes to `log`. When it is given up, its whole process group ends.
pub(crate) fn step(
    what: &str,
    expected: &str,
    command: Command,
    log: &Path,
    given_up: GivenUp<'_>,
) -> anyhow::Result<()> {
    eprintln!("setup: {what} (once; {expected})");
    // A log is appended to, and an earlier step may have written this one.
    let _ = fs::remove_file(log);
    let mut process = Process::spawn(what, command, log)?;
    let start = Instant::now();
    let status = loop {
        if let Some(status) = process.wait(REPORT_EVERY, given_up)? {
            break status;
        }
        eprintln!("setup: still {what}, {} s", start.elapsed().as_secs());
    };
    if !status.success() {
        let end = process.log_tail(20);
        bail!("{what} failed ({status}); the end of its output:\n{end}");
    }
    eprintln!("setup: {what} took {} s", start.elapsed().as_secs());
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shell(script: &str) -> Command {
        let mut command = Command::new("sh");
        command.args(["-c", script]);
        command
    }

    #[test]
    fn output_is_what_was_printed_and_a_failure_has_all_that_was_said() {
        let finished = finished(&mut shell("tr a b; echo"), "banana").unwrap();
        assert_eq!(text(&finished.stdout), "bbnbnb");
        let error = output(&mut shell("echo one; echo two >&2; exit 1")).unwrap_err();
        assert!(error.to_string().ends_with("one\ntwo"), "{error}");
    }

    #[test]
    fn a_step_that_fails_says_what_the_program_said() {
        let folder = tempfile::tempdir().unwrap();
        let log = folder.path().join("log");
        let script = shell("echo out of paint >&2; exit 3");
        let error = step("painting", "a moment", script, &log, &|| false).unwrap_err();
        assert!(error.to_string().contains("out of paint"), "{error}");
    }

    #[test]
    fn a_step_that_is_given_up_ends_with_all_that_it_started() {
        let folder = tempfile::tempdir().unwrap();
        let log = folder.path().join("log");
        let script = shell("sleep 1000 & echo child $!; wait");
        let started = || fs::read_to_string(&log).is_ok_and(|text| text.ends_with('\n'));
        let error = step("painting", "a moment", script, &log, &started).unwrap_err();
        assert!(error.to_string().contains("given up"), "{error}");
        let text = fs::read_to_string(&log).unwrap();
        let child = text.trim().trim_start_matches("child ").to_owned();
        let gone = || match fs::read_to_string(format!("/proc/{child}/stat")) {
            Ok(stat) => stat.contains(") Z "),
            Err(_) => true,
        };
        crate::wait_until(Duration::from_secs(20), "the child's end", gone).unwrap();
    }
}
