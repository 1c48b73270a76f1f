//! What a [`Process`] promises, tried on real processes.

use stack::{Process, wait_until};
use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::Duration;

const SOON: Duration = Duration::from_secs(20);

fn shell(script: &str) -> Command {
    let mut command = Command::new("sh");
    command.args(["-c", script]);
    command
}

/// The state letter of a process (`S` sleeping, `T` stopped, ...); `None` when it is gone or a zombie.
fn state(id: u32) -> Option<char> {
    let stat = std::fs::read_to_string(format!("/proc/{id}/stat")).ok()?;
    stat.rsplit(')')
        .next()?
        .trim()
        .chars()
        .next()
        .filter(|state| *state != 'Z')
}

fn wait_for_log(process: &Process, text: &str) -> anyhow::Result<()> {
    wait_until(SOON, text, || process.log_tail(10).contains(text))
}

#[test]
fn output_goes_to_the_log_and_the_tail_is_its_end() {
    let folder = tempfile::tempdir().unwrap();
    let log = folder.path().join("deep/log");
    let mut process =
        Process::spawn("echo", shell("echo one; echo two >&2; echo three"), &log).unwrap();
    wait_until(SOON, "the end", || !process.is_running()).unwrap();
    assert_eq!(process.log_tail(2), "two\nthree");
}

#[test]
fn kill_ends_the_whole_group() {
    let folder = tempfile::tempdir().unwrap();
    let mut process = Process::spawn(
        "sh",
        shell("sleep 1000 & echo child $!; wait"),
        &folder.path().join("log"),
    )
    .unwrap();
    wait_for_log(&process, "child ").unwrap();
    let child: u32 = process
        .log_tail(1)
        .trim_start_matches("child ")
        .parse()
        .unwrap();
    process.kill();
    assert!(!process.is_running());
    wait_until(SOON, "the child's end", || state(child).is_none()).unwrap();
}

#[test]
fn pause_freezes_and_resume_thaws() {
    let folder = tempfile::tempdir().unwrap();
    let process = Process::spawn(
        "sleep",
        shell("exec sleep 1000"),
        &folder.path().join("log"),
    )
    .unwrap();
    process.pause();
    wait_until(SOON, "state T", || state(process.id()) == Some('T')).unwrap();
    process.resume();
    wait_until(SOON, "state S", || state(process.id()) == Some('S')).unwrap();
}

#[test]
fn stop_lets_a_process_end_by_itself() {
    let folder = tempfile::tempdir().unwrap();
    let script = "trap 'echo bye; exit' TERM; echo ready; while :; do sleep 0.05; done";
    let mut process = Process::spawn("polite", shell(script), &folder.path().join("log")).unwrap();
    wait_for_log(&process, "ready").unwrap();
    assert!(process.stop(SOON));
    assert_eq!(process.log_tail(1), "bye");
}

#[test]
fn stop_kills_what_does_not_listen() {
    let folder = tempfile::tempdir().unwrap();
    let script = "trap '' TERM; echo ready; while :; do sleep 0.05; done";
    let mut process =
        Process::spawn("stubborn", shell(script), &folder.path().join("log")).unwrap();
    wait_for_log(&process, "ready").unwrap();
    assert!(!process.stop(Duration::from_millis(200)));
    assert!(state(process.id()).is_none());
}

#[test]
fn a_program_that_is_missing_ends_at_once_and_its_log_says_so() {
    let folder = tempfile::tempdir().unwrap();
    let mut process = Process::spawn(
        "ghost",
        Command::new("no-such-program"),
        &folder.path().join("log"),
    )
    .unwrap();
    wait_until(SOON, "the end", || !process.is_running()).unwrap();
    assert!(
        process.log_tail(5).contains("no-such-program"),
        "{}",
        process.log_tail(5)
    );
}

#[test]
fn a_process_outlives_the_thread_that_asked_for_it_and_dies_with_its_owner() {
    let folder = tempfile::tempdir().unwrap();
    let log = folder.path().join("log");
    let asked = std::thread::spawn(move || {
        Process::spawn("sleep", shell("echo up; exec sleep 1000"), &log).unwrap()
    });
    let process = asked.join().unwrap();
    wait_for_log(&process, "up").unwrap();
    let id = process.id();
    assert!(state(id).is_some());
    drop(process);
    assert!(state(id).is_none());
}

#[test]
fn a_process_dies_when_its_parent_is_killed() {
    // The parent is this test program again, running only the test below.
    let mut parent = Command::new(std::env::current_exe().unwrap())
        .args([
            "--ignored",
            "--exact",
            "hold_a_process_until_killed",
            "--nocapture",
        ])
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let lines = BufReader::new(parent.stdout.take().unwrap())
        .lines()
        .map_while(Result::ok);
    let id = lines
        .into_iter()
        .find_map(|line| line.rsplit("child=").next()?.parse::<u32>().ok());
    let running = id.map(|id| state(id).is_some());
    parent.kill().unwrap();
    parent.wait().unwrap();
    assert_eq!(running, Some(true));
    wait_until(SOON, "the orphan's end", || state(id.unwrap()).is_none()).unwrap();
}

#[test]
#[ignore = "the other half of a_process_dies_when_its_parent_is_killed"]
fn hold_a_process_until_killed() {
    let log = Path::new(env!("CARGO_TARGET_TMPDIR")).join("orphan.log");
    // A log is appended to: what an earlier run left there would say "up" before this one is.
    let _ = std::fs::remove_file(&log);
    let process = Process::spawn("sleep", shell("echo up; exec sleep 1000"), &log).unwrap();
    wait_for_log(&process, "up").unwrap();
    println!("child={}", process.id());
    std::thread::sleep(SOON * 2);
}
