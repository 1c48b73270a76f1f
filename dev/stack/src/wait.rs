//! Waiting for a condition with a deadline, and choosing ports.

use std::fs::File;
use std::net::{Ipv4Addr, TcpStream};
use std::sync::OnceLock;
use std::sync::atomic::{AtomicU16, Ordering};
use std::time::{Duration, Instant};

/// How long to pause between two looks at a condition.
const POLL: Duration = Duration::from_millis(10);

/// Below Linux's range for outgoing connections (32768 and up), so that a client socket cannot take a port between the
/// moment it is chosen and the moment a server binds it.
const FIRST_PORT: u16 = 18_000;

/// A process takes its ports from one block, which it locks, so that two that run side by side never choose the same.
const BLOCK: u16 = 100;
const BLOCKS: u16 = 140;

/// Waits until `condition` holds, looking every few milliseconds.
///
/// # Errors
/// When it does not hold within `deadline`; the message names `what` was waited for.
pub fn wait_until(
    deadline: Duration,
    what: &str,
    mut condition: impl FnMut() -> bool,
) -> anyhow::Result<()> {
    let start = Instant::now();
    while !condition() {
        if start.elapsed() >= deadline {
            anyhow::bail!("waited {deadline:?} for {what}");
        }
        std::thread::sleep(POLL);
    }
    Ok(())
}

/// A TCP port on 127.0.0.1 that nothing listens on now. Never the same one twice in a row within this process; 0 when
/// all of its block are taken.
#[must_use]
pub fn free_port() -> u16 {
    static NEXT: AtomicU16 = AtomicU16::new(0);
    static OURS: OnceLock<(u16, Option<File>)> = OnceLock::new();
    let first = OURS.get_or_init(lock_block).0;
    (0..BLOCK)
        .map(|_| first + NEXT.fetch_add(1, Ordering::Relaxed) % BLOCK)
        .find(|port| is_free(*port))
        .unwrap_or(0)
}

/// Asks by connecting: a socket that is bound here, even for a moment, is also in each process that another thread starts
/// just then, and stays taken until that has become its program.
fn is_free(port: u16) -> bool {
    TcpStream::connect((Ipv4Addr::LOCALHOST, port)).is_err()
}

/// The first port of a block that no other process has, and its lock, which ends with this process. Where no lock can be
/// had, a block by the process's number.
fn lock_block() -> (u16, Option<File>) {
    let folder = std::env::temp_dir().join("todo-backend-ports");
    let _ = std::fs::create_dir_all(&folder);
    let lock = |block: u16| {
        let file = File::create(folder.join(block.to_string())).ok()?;
        file.try_lock().ok()?;
        Some((FIRST_PORT + block * BLOCK, Some(file)))
    };
    (0..BLOCKS).find_map(lock).unwrap_or_else(|| {
        let block = u16::try_from(std::process::id() % u32::from(BLOCKS)).unwrap_or(0);
        (FIRST_PORT + block * BLOCK, None)
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::net::TcpListener;

    #[test]
    fn a_condition_that_never_holds_is_an_error_that_names_it() {
        let error = wait_until(Duration::from_millis(30), "the moon", || false).unwrap_err();
        assert!(error.to_string().contains("the moon"), "{error}");
    }

    #[test]
    fn a_condition_is_looked_at_until_it_holds() {
        let mut looks = 0;
        wait_until(Duration::from_secs(5), "three looks", || {
            looks += 1;
            looks == 3
        })
        .unwrap();
        assert_eq!(looks, 3);
    }

    #[test]
    fn a_port_on_which_somebody_listens_is_not_free() {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
        let port = listener.local_addr().unwrap().port();
        assert!(!is_free(port));
        drop(listener);
        wait_until(Duration::from_secs(5), "the port", || is_free(port)).unwrap();
    }

    #[test]
    fn free_ports_differ_and_can_be_bound() {
        let (a, b) = (free_port(), free_port());
        assert_ne!(a, b);
        TcpListener::bind((Ipv4Addr::LOCALHOST, a)).unwrap();
        TcpListener::bind((Ipv4Addr::LOCALHOST, b)).unwrap();
    }

    #[test]
    fn a_block_is_locked_once() {
        let ((a, first), (b, second)) = (lock_block(), lock_block());
        assert!(first.is_some() && second.is_some());
        assert_ne!(a, b);
    }
}
