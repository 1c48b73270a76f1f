//! One step of a set-up: a program that takes seconds or minutes, and ends early when it is given up.

use crate::Process;
use anyhow::bail;
use std::fs;
use std::path::Path;
use std::process::Command;
use std::time::{Duration, Instant};

/// Says whether to stop what is being done: after Ctrl-C, for example. Asked several times a second.
pub type GivenUp<'a> = &'a dyn Fn() -> bool;

/// How often a long step says that it is still at work.
const REPORT_EVERY: Duration = Duration::from_secs(30);

const POLL: Duration = Duration::from_millis(50);

/// How long a step that is given up may take to end, before it is killed.
const GRACE: Duration = Duration::from_secs(5);

/// Runs one step of a set-up to its end: says what it does and how long that should take, and every half minute that it is
/// still at work. Its output goes to `log`. When it is given up, its whole process group ends.
///
/// # Errors
/// When it cannot be started, does not succeed (the message has the end of its output), or is given up.
pub(crate) fn step(
    what: &str,
    expected: &str,
    command: Command,
    log: &Path,
    given_up: GivenUp<'_>,
) -> anyhow::Result<()> {
    eprintln!("setup: {what} (once; {expected})");
    let program = command.get_program().to_string_lossy().into_owned();
    // A log is appended to, and an earlier step may have written this one.
    let _ = fs::remove_file(log);
    let mut process = Process::spawn(&program, command, log)?;
    let start = Instant::now();
    wait(&mut process, what, start, given_up)?;
    if !process.succeeded() {
        let end = process.log_tail(20);
        bail!("{what} failed; the end of what {program} said:\n{end}");
    }
    eprintln!("setup: {what} took {} s", start.elapsed().as_secs());
    Ok(())
}

fn wait(
    process: &mut Process,
    what: &str,
    start: Instant,
    given_up: GivenUp<'_>,
) -> anyhow::Result<()> {
    let mut next = REPORT_EVERY;
    while process.is_running() {
        if given_up() {
            process.stop(GRACE);
            bail!("{what} was given up; the next start begins it anew");
        }
        if start.elapsed() >= next {
            eprintln!("setup: still {what}, {} s", next.as_secs());
            next += REPORT_EVERY;
        }
        std::thread::sleep(POLL);
    }
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
