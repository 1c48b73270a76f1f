//! Where built tools live: one folder per tool and per state of its inputs, made once and then only looked at.

use crate::process::GivenUp;
use anyhow::{Context, bail};
use std::fs::{self, File, TryLockError};
use std::path::{Path, PathBuf};
use std::time::Duration;

/// How often to look whether another process has made what this one needs.
const POLL: Duration = Duration::from_millis(100);

/// The folder of `tool` for exactly these `inputs`; `make` fills it, once, when it is not there.
///
/// It lies under `$XDG_CACHE_HOME/todo-backend/tools`, by default `~/.cache/todo-backend/tools`. Of several processes that
/// need it at the same time, one makes it and the others wait. A folder that is there is complete: it is made beside its
/// place and then renamed.
pub(crate) fn ensure(
    tool: &str,
    inputs: &[PathBuf],
    given_up: GivenUp<'_>,
    make: impl FnOnce(&Path) -> anyhow::Result<()>,
) -> anyhow::Result<PathBuf> {
    let root = root()?;
    let folder = root.join(format!("{tool}-{:016x}", hash(inputs)?));
    if folder.is_dir() {
        return Ok(folder);
    }
    fs::create_dir_all(&root).with_context(|| format!("cannot write {}", root.display()))?;
    let lock = File::create(folder.with_extension("lock"))?;
    take(&lock, tool, given_up)?;
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

/// Waits for the lock; it is let go with `lock`.
fn take(lock: &File, tool: &str, given_up: GivenUp<'_>) -> anyhow::Result<()> {
    let mut told = false;
    loop {
        match lock.try_lock() {
            Ok(()) => return Ok(()),
            Err(TryLockError::Error(error)) => return Err(error.into()),
            Err(TryLockError::WouldBlock) if given_up() => {
                bail!("the wait for {tool} was given up")
            }
            Err(TryLockError::WouldBlock) => {}
        }
        if !told {
            eprintln!("setup: another process is making {tool}; waiting for it");
            told = true;
        }
        std::thread::sleep(POLL);
    }
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
    fn the_wait_for_another_process_can_be_given_up() {
        let folder = tempfile::tempdir().unwrap();
        let open = || File::create(folder.path().join("lock")).unwrap();
        let held = open();
        held.lock().unwrap();
        let error = take(&open(), "paint", &|| true).unwrap_err();
        assert!(error.to_string().contains("paint"), "{error}");
        drop(held);
        take(&open(), "paint", &|| true).unwrap();
    }
}
