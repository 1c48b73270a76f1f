//! `cargo xtask setup` with programs that only pretend, first on the PATH, and a cache of its own.

#![allow(clippy::unwrap_used, reason = "a helper of a test panics to fail it")]

use rustix::process::{Pid, Signal, kill_process};
use stack::wait_until;
use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::PathBuf;
use std::process::{Command, Output, Stdio};
use std::time::Duration;
use tempfile::TempDir;

const SOON: Duration = Duration::from_secs(60);

/// A Go of 2022, which can fetch a newer one and build nothing. The newer one "builds" a file that says so.
const OLD_GO: &str = r#"
case "$1" in
env) printf 'go1.19.8\nplan9\nmips\n%s/modules\n' "$PRETENDED" ;;
mod)
    folder="$PRETENDED/modules/$3"
    mkdir -p "$folder/bin" "$folder/pkg/tool/plan9_mips"
    echo x >"$folder/pkg/tool/plan9_mips/compile"
    printf '#!/bin/sh\nwhile [ "$1" != -o ]; do shift; done; echo "$0" >"$2"\n' >"$folder/bin/go"
    ;;
*) exit 1 ;;
esac
"#;

/// It makes a virtual environment of itself, in which it does as it is told and nothing.
const PYTHON: &str = r#"
if [ "$1 $2" = "-m venv" ]; then mkdir -p "$3/bin" && cp "$0" "$3/bin/python"; fi
"#;

struct Machine(TempDir);

impl Machine {
    fn new() -> Self {
        let machine = Self(tempfile::tempdir().unwrap());
        fs::create_dir(machine.path("bin")).unwrap();
        machine.pretend("pgbouncer", "echo PgBouncer 1.99.0");
        machine.pretend("python3", PYTHON);
        machine.pretend("hurl", "echo hurl 99.0.0");
        machine
    }

    fn path(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    fn pretend(&self, program: &str, script: &str) {
        let file = self.path("bin").join(program);
        fs::write(&file, format!("#!/bin/sh\n{script}\n")).unwrap();
        fs::set_permissions(&file, fs::Permissions::from_mode(0o755)).unwrap();
    }

    fn setup(&self) -> Command {
        let mut setup = Command::new(env!("CARGO_BIN_EXE_xtask"));
        let path = std::env::var("PATH").unwrap();
        setup
            .arg("setup")
            .env("PATH", format!("{}:{path}", self.path("bin").display()))
            .env("PRETENDED", self.0.path())
            .env("XDG_CACHE_HOME", self.path("cache"))
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped());
        setup
    }
}

fn text(output: &Output) -> String {
    String::from_utf8_lossy(&output.stderr).into_owned()
}

#[test]
fn sigterm_ends_the_step_at_hand_and_no_other_begins() {
    let machine = Machine::new();
    machine.pretend("java", "exit 0");
    machine.pretend("mvn", r#"echo $$ >"$PRETENDED/begun"; sleep 1000"#);
    machine.pretend("go", r#"echo x >"$PRETENDED/next""#);
    let setup = machine.setup().spawn().unwrap();
    let begun = machine.path("begun");
    wait_until(SOON, "Maven's start", || {
        fs::read_to_string(&begun).is_ok_and(|id| id.ends_with('\n'))
    })
    .unwrap();
    kill_process(Pid::from_child(&setup), Signal::TERM).unwrap();
    let output = setup.wait_with_output().unwrap();
    assert_eq!(output.status.code(), Some(130), "{}", text(&output));
    let told = text(&output);
    assert!(
        told.contains("downloading Kafka with Maven was given up"),
        "{told}"
    );
    let id = fs::read_to_string(&begun).unwrap();
    let process = PathBuf::from("/proc").join(id.trim());
    assert!(!process.exists(), "Maven still runs");
    assert!(!machine.path("next").exists(), "the next step began");
}

#[test]
fn a_go_that_is_too_old_fetches_the_one_that_go_mod_names() {
    let machine = Machine::new();
    machine.pretend("java", "exit 0");
    machine.pretend("mvn", "exit 0");
    machine.pretend("go", OLD_GO);
    let output = machine.setup().output().unwrap();
    assert!(output.status.success(), "{}", text(&output));
    let tools = fs::read_dir(machine.path("cache/todo-backend/tools")).unwrap();
    let builds = tools.map(|tool| tool.unwrap().path().join("daprd"));
    let daprd = builds.into_iter().find(|file| file.is_file()).unwrap();
    let builder = fs::read_to_string(daprd).unwrap();
    let mut go_mod = include_str!("../../daprd/go.mod").lines();
    let version = go_mod.find_map(|line| line.strip_prefix("go ")).unwrap();
    let release = format!("golang.org/toolchain@v0.0.1-go{version}.plan9-mips/bin/go");
    assert!(builder.trim().ends_with(&release), "{builder}");
    let compiler = builder
        .trim()
        .replace("bin/go", "pkg/tool/plan9_mips/compile");
    let mode = fs::metadata(compiler).unwrap().permissions().mode();
    assert_eq!(mode & 0o111, 0o111, "Go could not run its compiler");
}
