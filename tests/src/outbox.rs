//! The outbox as it lies in the SQLite file: the only look behind the HTTP interface, for what no call shows.

use std::path::{Path, PathBuf};
use std::time::Duration;

use rusqlite::{Connection, OpenFlags};
use serde_json::Value;

use crate::contract::assert_seen;

/// The outbox of one host.
#[derive(Clone, Debug)]
pub struct Outbox {
    file: PathBuf,
}

/// One event in it.
#[derive(Clone, Debug)]
pub struct Row {
    /// Its place in the order of all events.
    pub seq: i64,
    /// The CloudEvent's id.
    pub event_id: String,
    /// The user, who is also the record key.
    pub user_id: String,
    /// The CloudEvent's type.
    pub kind: String,
    /// The CloudEvent, as it will be or was published.
    pub event: Value,
    /// Whether the bus has taken it.
    pub published: bool,
}

impl Row {
    /// A field of the event's data.
    pub fn data(&self, field: &str) -> &Value {
        &self.event["data"][field]
    }
}

impl Outbox {
    pub(crate) fn new(file: &Path) -> Self {
        Self {
            file: file.to_owned(),
        }
    }

    /// The events of one user, oldest first.
    #[track_caller]
    pub fn of_user(&self, user_id: &str) -> Vec<Row> {
        self.rows("WHERE user_id = ?1", &[&user_id])
    }

    /// The events of one user about what happened to one task, oldest first: not those of its reminders.
    #[track_caller]
    pub fn of_task(&self, user_id: &str, task_id: &str) -> Vec<Row> {
        let mut rows = self.of_user(user_id);
        rows.retain(|row| row.kind.starts_with("task.") && row.data("task_id") == task_id);
        rows
    }

    /// The events that the bus has not taken yet, oldest first.
    #[track_caller]
    pub fn pending(&self) -> Vec<Row> {
        self.rows("WHERE published_at IS NULL", &[])
    }

    /// The SQLite file in which it lies, beside everything else of the host.
    pub fn file(&self) -> &Path {
        &self.file
    }

    /// Changes the database file, as no call can: to make something old, or broken. Returns how many rows it changed.
    #[track_caller]
    pub fn execute(&self, sql: &str, values: &[&dyn rusqlite::ToSql]) -> usize {
        let changed = self
            .open()
            .and_then(|database| database.execute(sql, values));
        changed.unwrap_or_else(|error| panic!("{sql}: {error}"))
    }

    /// The one number that `sql` asks for.
    #[track_caller]
    pub fn number(&self, sql: &str, values: &[&dyn rusqlite::ToSql]) -> i64 {
        let number = self
            .open()
            .and_then(|database| database.query_row(sql, values, |row| row.get(0)));
        number.unwrap_or_else(|error| panic!("{sql}: {error}"))
    }

    #[track_caller]
    fn rows(&self, condition: &str, values: &[&dyn rusqlite::ToSql]) -> Vec<Row> {
        let rows = self
            .read(condition, values)
            .unwrap_or_else(|error| panic!("the outbox in {}: {error}", self.file.display()));
        rows.iter().for_each(|row| assert_seen(&row.event));
        rows
    }

    fn open(&self) -> rusqlite::Result<Connection> {
        // Not read-only: after a kill, the write-ahead log has to be recovered by whoever comes first.
        let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
        let database = Connection::open_with_flags(&self.file, flags)?;
        database.busy_timeout(Duration::from_secs(5))?;
        Ok(database)
    }

    fn read(&self, condition: &str, values: &[&dyn rusqlite::ToSql]) -> rusqlite::Result<Vec<Row>> {
        let database = self.open()?;
        let sql = format!(
            "SELECT seq, event_id, user_id, type, event, published_at IS NOT NULL FROM outbox {condition} ORDER BY seq"
        );
        let mut statement = database.prepare(&sql)?;
        let rows = statement.query_map(values, |row| {
            let event: String = row.get(4)?;
            Ok(Row {
                seq: row.get(0)?,
                event_id: row.get(1)?,
                user_id: row.get(2)?,
                kind: row.get(3)?,
                event: serde_json::from_str(&event).unwrap_or_default(),
                published: row.get(5)?,
            })
        })?;
        rows.collect()
    }
}
