//! A component's connection to a SQLite file. What is asked over it is the parent's.

use std::path::PathBuf;
use std::sync::{Arc, Mutex, OnceLock};

pub(super) type SharedConnection = Arc<Mutex<rusqlite::Connection>>;

/// An open database of one instance.
#[derive(Debug)]
#[expect(unreachable_pub, reason = "the generated bindings re-export it")]
pub struct Connection {
    /// `None`: in memory, gone with this connection.
    path: Option<PathBuf>,
    opened: OnceLock<SharedConnection>,
}

impl Connection {
    /// To the file at `path`; `None` is a database in memory.
    pub(super) fn new(path: Option<PathBuf>) -> Self {
        let opened = OnceLock::new();
        Self { path, opened }
    }

    /// The connection, opened when it is first asked for.
    pub(super) fn get(&self) -> rusqlite::Result<SharedConnection> {
        if let Some(connection) = self.opened.get() {
            return Ok(connection.clone());
        }
        let opened = match &self.path {
            Some(path) => rusqlite::Connection::open(path),
            None => rusqlite::Connection::open_in_memory(),
        };
        let opened = Arc::new(Mutex::new(opened?));
        Ok(self.opened.get_or_init(|| opened).clone())
    }
}

impl Drop for Connection {
    /// Closing may write a checkpoint: not on a thread that serves requests.
    fn drop(&mut self) {
        if let (Some(connection), Ok(runtime)) =
            (self.opened.take(), tokio::runtime::Handle::try_current())
        {
            runtime.spawn_blocking(move || drop(connection));
        }
    }
}
