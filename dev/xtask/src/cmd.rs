//! Running other programs: shown before they run, in a process group of their own, ended with us on Ctrl-C or SIGTERM.

use anyhow::{Context, bail};
use rustix::process::{Pid, Signal, kill_process_group};
use std::io::{BufRead, BufReader};
use std::os::unix::process::CommandExt;
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, OnceLock};
use std::time::{Duration, Instant};

const POLL: Duration = Duration::from_millis(20);

fn flag() -> &'static Arc<AtomicBool> {
    static FLAG: OnceLock<Arc<AtomicBool>> = OnceLock::new();
    FLAG.get_or_init(Arc::default)
}

/// From now on, Ctrl-C and SIGTERM set a flag instead of ending this process.
pub(crate) fn watch_signals() -> anyhow::Result<()> {
    for signal in [signal_hook::consts::SIGINT, signal_hook::consts::SIGTERM] {
        signal_hook::flag::register(signal, Arc::clone(flag()))
            .context("cannot watch for signals")?;
    }
    Ok(())
}

/// Whether Ctrl-C or SIGTERM came.
pub(crate) fn interrupted() -> bool {
    flag().load(Ordering::Relaxed)
}

/// Runs a command with its output shown; an error when it fails.
pub(crate) fn run(command: Command) -> anyhow::Result<()> {
    run_within(command, Duration::MAX)
}

/// Like [`run`], with a time limit.
pub(crate) fn run_within(mut command: Command, limit: Duration) -> anyhow::Result<()> {
    let shown = show(&command);
    eprintln!("$ {shown}");
    let mut child = start(&mut command)?;
    match wait(&mut child, limit)? {
        Some(status) if status.success() => Ok(()),
        Some(status) => bail!("`{shown}` failed ({status})"),
        None => bail!("`{shown}` took longer than {limit:?}"),
    }
}

/// Like [`run_within`], and gives each line of its standard output to `each_line`. `None` when it took too long.
pub(crate) fn run_reading(
    mut command: Command,
    limit: Duration,
    mut each_line: impl FnMut(&str) + Send,
) -> anyhow::Result<Option<ExitStatus>> {
    eprintln!("$ {}", show(&command));
    let mut child = start(command.stdout(Stdio::piped()))?;
    let output = child.stdout.take().context("no output to read")?;
    std::thread::scope(|scope| {
        scope.spawn(move || {
            for line in BufReader::new(output).split(b'\n').map_while(Result::ok) {
                let line = String::from_utf8_lossy(&line);
                println!("{line}");
                each_line(&line);
            }
        });
        wait(&mut child, limit)
    })
}

/// The trimmed standard output of a command that says nothing else; `None` when it cannot run or fails.
pub(crate) fn output(command: &mut Command) -> Option<String> {
    let output = command
        .stdin(Stdio::null())
        .stderr(Stdio::null())
        .output()
        .ok()?;
    output
        .status
        .success()
        .then(|| String::from_utf8_lossy(&output.stdout).trim().to_owned())
}

fn start(command: &mut Command) -> anyhow::Result<Child> {
    command.stdin(Stdio::null()).process_group(0);
    command
        .spawn()
        .with_context(|| format!("cannot run {}", command.get_program().display()))
}

/// Waits for the end; `None` when the limit was reached, and the group then is killed.
fn wait(child: &mut Child, limit: Duration) -> anyhow::Result<Option<ExitStatus>> {
    let start = Instant::now();
    let group = i32::try_from(child.id())
        .ok()
        .and_then(Pid::from_raw)
        .context("no process id")?;
    loop {
        if let Some(status) = child.try_wait()? {
            return Ok(Some(status));
        }
        if interrupted() {
            kill_process_group(group, Signal::TERM).ok();
            child.wait()?;
            bail!("interrupted");
        }
        if start.elapsed() >= limit {
            kill_process_group(group, Signal::KILL).ok();
            child.wait()?;
            return Ok(None);
        }
        std::thread::sleep(POLL);
    }
}

/// A command as one would type it, long lists shortened.
fn show(command: &Command) -> String {
    let words = std::iter::once(command.get_program()).chain(command.get_args());
    let line = words
        .map(|word| word.to_string_lossy())
        .collect::<Vec<_>>()
        .join(" ");
    match line.char_indices().nth(160) {
        Some((end, _)) => format!("{}...", line.get(..end).unwrap_or_default()),
        None => line,
    }
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
    fn a_failure_is_an_error_that_names_the_command() {
        let error = run(shell("exit 3")).unwrap_err().to_string();
        assert!(error.contains("sh -c exit 3"), "{error}");
    }

    #[test]
    fn a_command_that_hangs_is_killed_at_its_limit() {
        let error = run_within(shell("sleep 1000"), Duration::from_millis(50))
            .unwrap_err()
            .to_string();
        assert!(error.contains("took longer"), "{error}");
    }

    #[test]
    fn every_line_is_read_also_of_a_command_that_fails() {
        let mut lines = Vec::new();
        let script = shell("echo a; echo b; exit 1");
        let status = run_reading(script, Duration::MAX, |line| lines.push(line.to_owned()));
        assert_eq!(status.unwrap().unwrap().code(), Some(1));
        assert_eq!(lines, ["a", "b"]);
    }
}
