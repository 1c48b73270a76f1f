//! Where built tools live: one folder per tool and per state of its inputs, made once and then only looked at.

use anyhow::{Context, bail};
use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

/// How often a long step says that it is still at work.
const REPORT_EVERY: Duration = Duration::from_secs(30);

/// The folder of `tool` for exactly these `inputs`; `make` fills it, once, when it is not there.
///
/// It lies under `$XDG_CACHE_HOME/todo-backend/tools`, by default `~/.cache/todo-backend/tools`. Of several processes that
/// need it at the same time, one makes it and the others wait. A folder that is there is complete: it is made beside its
/// place and then renamed.
///
/// # Errors
/// When an input cannot be read, the cache cannot be written, or `make` fails.
pub(crate) fn ensure(
    tool: &str,
    inputs: &[PathBuf],
    make: impl FnOnce(&Path) -> anyhow::Result<()>,
) -> anyhow::Result<PathBuf> {
    let root = root()?;
    let folder = root.join(format!("{tool}-{:016x}", hash(inputs)?));
    if folder.is_dir() {
        return Ok(folder);
    }
    fs::create_dir_all(&root).with_context(|| format!("cannot write {}", root.display()))?;
    let lock = File::create(folder.with_extension("lock"))?;
    lock.lock()?;
    if folder.is_dir() {
        return Ok(folder);
    }
    let unfinished = folder.with_extension("unfinished");
    if unfinished.exists() {
        fs::remove_dir_all(&unfinished)?;
    }
    fs::create_dir_all(&unfinished)?;
    make(&unfinished)?;
    fs::rename(&unfinished, &folder)?;
    Ok(folder)
}

fn root() -> anyhow::Result<PathBuf> {
    let cache = std::env::var_os("XDG_CACHE_HOME").map(PathBuf::from);
    let cache = cache.or_else(|| Some(PathBuf::from(std::env::var_os("HOME")?).join(".cache")));
    Ok(cache
        .context("neither XDG_CACHE_HOME nor HOME is set")?
        .join("todo-backend/tools"))
}

/// FNV-1a over the files' contents: not against an attacker, only to see that an input has changed, and the same in
/// every release of Rust.
fn hash(inputs: &[PathBuf]) -> anyhow::Result<u64> {
    let mut hash: u64 = 0xcbf2_9ce4_8422_2325;
    for input in inputs {
        let bytes = fs::read(input).with_context(|| format!("cannot read {}", input.display()))?;
        for byte in bytes.into_iter().chain([0]) {
            hash = (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3);
        }
    }
    Ok(hash)
}

/// Runs one step of a set-up to its end: says what it does and how long that should take, and every half minute that it is
/// still at work. Its output goes to `log`.
///
/// # Errors
/// When it cannot be started or does not succeed; the message has the end of its output.
pub(crate) fn step(
    what: &str,
    expected: &str,
    command: &mut Command,
    log: &Path,
) -> anyhow::Result<()> {
    eprintln!("setup: {what} (once; {expected})");
    let program = command.get_program().to_string_lossy().into_owned();
    let output = File::create(log)?;
    command
        .stdin(Stdio::null())
        .stderr(output.try_clone()?)
        .stdout(output);
    let mut child = command
        .spawn()
        .with_context(|| format!("cannot start {program}"))?;
    let start = Instant::now();
    let succeeded = wait(&mut child, what, start)?;
    if !succeeded {
        let text = fs::read_to_string(log).unwrap_or_default();
        let lines: Vec<&str> = text.lines().collect();
        let end = lines
            .get(lines.len().saturating_sub(20)..)
            .unwrap_or_default()
            .join("\n");
        bail!("{what} failed; the end of what {program} said:\n{end}");
    }
    eprintln!("setup: {what} took {} s", start.elapsed().as_secs());
    Ok(())
}

fn wait(child: &mut Child, what: &str, start: Instant) -> anyhow::Result<bool> {
    let mut next = REPORT_EVERY;
    loop {
        if let Some(status) = child.try_wait()? {
            return Ok(status.success());
        }
        if start.elapsed() >= next {
            eprintln!("setup: still {what}, {} s", next.as_secs());
            next += REPORT_EVERY;
        }
        std::thread::sleep(Duration::from_millis(100));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_hash_changes_with_the_content_and_with_where_a_file_ends() {
        let folder = tempfile::tempdir().unwrap();
        let file = |name: &str, text: &str| {
            let path = folder.path().join(name);
            fs::write(&path, text).unwrap();
            path
        };
        let (ab, c, a, bc) = (
            file("1", "ab"),
            file("2", "c"),
            file("3", "a"),
            file("4", "bc"),
        );
        let first = hash(&[ab.clone(), c.clone()]).unwrap();
        assert_eq!(first, hash(&[ab, c.clone()]).unwrap());
        assert_ne!(first, hash(&[a, bc]).unwrap());
        assert_ne!(first, hash(&[c]).unwrap());
    }

    #[test]
    fn a_step_that_fails_says_what_the_program_said() {
        let folder = tempfile::tempdir().unwrap();
        let mut command = Command::new("sh");
        command.args(["-c", "echo out of paint >&2; exit 3"]);
        let error = step(
            "painting",
            "a moment",
            &mut command,
            &folder.path().join("log"),
        )
        .unwrap_err();
        assert!(error.to_string().contains("out of paint"), "{error}");
    }
}
