//! Running other programs: shown before they run, and ended with us on Ctrl-C or SIGTERM.

use anyhow::{Context, bail};
use stack::Process;
use std::io::{BufRead, BufReader};
use std::process::{Command, ExitStatus, Stdio};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, OnceLock};
use std::time::Duration;

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
pub(crate) fn run_within(command: Command, limit: Duration) -> anyhow::Result<()> {
    let (shown, mut process) = start(&command, Stdio::inherit())?;
    match process.wait(limit, &interrupted)? {
        Some(status) if status.success() => Ok(()),
        Some(status) => bail!("`{shown}` failed ({status})"),
        None => bail!("`{shown}` took longer than {limit:?}"),
    }
}

/// Like [`run_within`], and gives each line of its standard output to `each_line`. `None` when it took too long.
pub(crate) fn run_reading(
    command: Command,
    limit: Duration,
    mut each_line: impl FnMut(&str) + Send,
) -> anyhow::Result<Option<ExitStatus>> {
    let (_, mut process) = start(&command, Stdio::piped())?;
    let output = process.take_output().context("no output to read")?;
    std::thread::scope(|scope| {
        scope.spawn(move || {
            for line in BufReader::new(output).split(b'\n').map_while(Result::ok) {
                let line = String::from_utf8_lossy(&line);
                println!("{line}");
                each_line(&line);
            }
        });
        let status = process.wait(limit, &interrupted);
        // Or the thread would wait for more of its output.
        process.kill();
        status
    })
}

/// The process, and the command as one would type it, long lists shortened.
fn start(command: &Command, output: Stdio) -> anyhow::Result<(String, Process)> {
    let words = std::iter::once(command.get_program()).chain(command.get_args());
    let words: Vec<_> = words.map(|word| word.to_string_lossy()).collect();
    let mut shown = words.join(" ");
    if let Some((end, _)) = shown.char_indices().nth(160) {
        shown.truncate(end);
        shown.push_str("...");
    }
    eprintln!("$ {shown}");
    let process = Process::spawn_attached(&format!("`{shown}`"), command, output)?;
    Ok((shown, process))
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
    fn every_line_is_read_also_of_a_command_that_fails_or_hangs() {
        let mut lines = Vec::new();
        let script = shell("echo a; echo b; exit 1");
        let status = run_reading(script, Duration::MAX, |line| lines.push(line.to_owned()));
        assert_eq!(status.unwrap().unwrap().code(), Some(1));
        let script = shell("echo c; sleep 1000");
        let limit = Duration::from_millis(300);
        let status = run_reading(script, limit, |line| lines.push(line.to_owned()));
        assert!(status.unwrap().is_none());
        assert_eq!(lines, ["a", "b", "c"]);
    }
}
