//! One child process: its group, its log, its end. What the child is, its owner knows.

use crate::spawn;
use anyhow::{Context, bail};
use rustix::process::{Pid, Signal, kill_process_group};
use std::fs::{File, OpenOptions};
use std::io::{Read, Seek, SeekFrom};
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdout, Command, ExitStatus, Stdio};
use std::time::Duration;

/// The most of a log that [`Process::log_tail`] reads, in bytes.
const TAIL_BYTES: u64 = 64 * 1024;

/// How long a process that is given up may take to end, before it is killed.
const GRACE: Duration = Duration::from_secs(5);

/// Says whether to stop what is being done: after Ctrl-C, for example. Asked several times a second.
pub type GivenUp<'a> = &'a dyn Fn() -> bool;

/// Goes on until it is done.
pub const NEVER: GivenUp<'static> = &|| false;

/// A child process with a process group of its own. Dropping it kills the group; it also dies when this process dies.
#[derive(Debug)]
pub struct Process {
    name: String,
    child: Child,
    log: PathBuf,
    ended: bool,
}

impl Process {
    /// Starts `command` with no input, and its output appended to `log` (whose folder is created).
    ///
    /// `name` is for messages. Of `command`, the program, arguments, environment changes and directory are used. A
    /// program that does not exist is seen as a process that ended at once, with the reason in its log.
    pub fn spawn(name: &str, command: Command, log: &Path) -> anyhow::Result<Self> {
        let output = open_log(log).with_context(|| format!("cannot write {}", log.display()))?;
        let errors = output.try_clone()?;
        Self::start(name, &command, log, output.into(), errors.into())
    }

    /// [`Process::spawn`] without a log: its errors are shown with those of this process, and its output goes to `output`.
    pub fn spawn_attached(name: &str, command: &Command, output: Stdio) -> anyhow::Result<Self> {
        Self::start(name, command, Path::new(""), output, Stdio::inherit())
    }

    fn start(
        name: &str,
        command: &Command,
        log: &Path,
        output: Stdio,
        errors: Stdio,
    ) -> anyhow::Result<Self> {
        let mut command = spawn::guarded(command);
        command
            .stdin(Stdio::null())
            .stdout(output)
            .stderr(errors)
            .process_group(0);
        let child = spawn::spawn(command).with_context(|| format!("cannot start {name}"))?;
        Ok(Self {
            name: name.to_owned(),
            child,
            log: log.to_owned(),
            ended: false,
        })
    }

    /// The name it was started with.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The process id, which is also the id of its group.
    #[must_use]
    pub fn id(&self) -> u32 {
        self.child.id()
    }

    /// The file that its output goes to.
    #[must_use]
    pub fn log(&self) -> &Path {
        &self.log
    }

    /// Whether it has not ended. What is left of its group when it ended by itself is killed.
    pub fn is_running(&mut self) -> bool {
        if !self.ended && !matches!(self.child.try_wait(), Ok(None)) {
            // Once only: later, the number may belong to a stranger.
            self.signal(Signal::KILL);
            self.ended = true;
        }
        !self.ended
    }

    /// How it ended; `None` while it runs.
    pub fn status(&mut self) -> Option<ExitStatus> {
        if self.is_running() {
            return None;
        }
        self.child.try_wait().ok().flatten()
    }

    /// Its output, when that was piped. Once only.
    pub fn take_output(&mut self) -> Option<ChildStdout> {
        self.child.stdout.take()
    }

    /// Waits for its end; `None` when it still runs after `limit`.
    ///
    /// # Errors
    /// When `given_up` says so; the group then is ended.
    pub fn wait(
        &mut self,
        limit: Duration,
        given_up: GivenUp<'_>,
    ) -> anyhow::Result<Option<ExitStatus>> {
        let _ = crate::wait_until(limit, "the end", || given_up() || !self.is_running());
        if self.is_running() && given_up() {
            self.stop(GRACE);
            bail!("{} was given up", self.name);
        }
        Ok(self.status())
    }

    /// Freezes the whole group (SIGSTOP): it keeps its sockets and answers nothing.
    pub fn pause(&self) {
        self.signal(Signal::STOP);
    }

    /// Undoes [`Process::pause`] (SIGCONT).
    pub fn resume(&self) {
        self.signal(Signal::CONT);
    }

    /// Ends the group at once (SIGKILL) and waits until the process is gone.
    pub fn kill(&mut self) {
        if self.is_running() {
            self.signal(Signal::KILL);
            let _ = self.child.wait();
            self.ended = true;
        }
    }

    /// Asks the group to end (SIGTERM), and kills it when it is still there after `grace`. True when it ended by itself.
    pub fn stop(&mut self, grace: Duration) -> bool {
        if self.is_running() {
            self.signal(Signal::TERM);
            self.resume();
        }
        let ended = crate::wait_until(grace, "the end", || !self.is_running()).is_ok();
        self.kill();
        ended
    }

    /// The last lines of its output, at most `lines`. Empty when there are none.
    #[must_use]
    pub fn log_tail(&self, lines: usize) -> String {
        let text = read_tail(&self.log).unwrap_or_default();
        let kept: Vec<&str> = text.lines().collect();
        kept.get(kept.len().saturating_sub(lines)..)
            .unwrap_or_default()
            .join("\n")
    }

    fn signal(&self, signal: Signal) {
        // An error means that the group is gone, which is what every caller wants or will see.
        if let Some(group) = i32::try_from(self.child.id()).ok().and_then(Pid::from_raw) {
            let _ = kill_process_group(group, signal);
        }
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        self.kill();
    }
}

fn open_log(path: &Path) -> std::io::Result<File> {
    if let Some(folder) = path.parent() {
        std::fs::create_dir_all(folder)?;
    }
    OpenOptions::new().create(true).append(true).open(path)
}

fn read_tail(path: &Path) -> std::io::Result<String> {
    let mut file = File::open(path)?;
    let start = file.metadata()?.len().saturating_sub(TAIL_BYTES);
    file.seek(SeekFrom::Start(start))?;
    let mut bytes = Vec::new();
    file.read_to_end(&mut bytes)?;
    Ok(String::from_utf8_lossy(&bytes).into_owned())
}
