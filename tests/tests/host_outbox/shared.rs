//! What the tests share: the one host with the local bus of those of rows and shapes, and users and events that fit.

use std::sync::OnceLock;

use e2e::{LocalHost, Outbox, Row, SOON, User, eventually};
use serde_json::json;

/// The host, started by the first test that asks. It dies with the test process.
pub(crate) fn host() -> &'static LocalHost {
    static HOST: OnceLock<LocalHost> = OnceLock::new();
    HOST.get_or_init(|| LocalHost::start("outbox"))
}

/// A new user of it.
pub(crate) fn user() -> User {
    User::new(host().client())
}

/// Its outbox.
pub(crate) fn outbox() -> Outbox {
    host().outbox()
}

/// The events of a user once all of them are published.
#[track_caller]
pub(crate) fn published(user: &User) -> Vec<Row> {
    eventually(SOON, "every event is published", || {
        Some(outbox().of_user(&user.id)).filter(|rows| rows.iter().all(|row| row.published))
    })
}

/// The types of the events about one task, oldest first.
#[track_caller]
pub(crate) fn kinds(user: &User, task_id: &str) -> Vec<String> {
    outbox()
        .of_task(&user.id, task_id)
        .into_iter()
        .map(|row| row.kind)
        .collect()
}

/// A user in the same shard, so that one drain has the events of both: on SQLite the shard follows from the length and the end of
/// the id.
pub(crate) fn in_the_shard_of(first: &User, new: impl Fn() -> User) -> User {
    let shard =
        |user: &User| (user.id.chars().last().map_or(0, u32::from) + user.id.len() as u32) % 16;
    std::iter::repeat_with(new)
        .find(|user| shard(user) == shard(first))
        .expect("users without end")
}

/// Puts an event of the user into the outbox of a host, as if a change had; with so many bytes of text in it.
#[track_caller]
pub(crate) fn add_event(host: &LocalHost, user_id: &str, kind: &str, bytes: usize) {
    let id = e2e::new_id();
    let data = json!({"user_id": user_id, "text": "x".repeat(bytes)});
    let event = json!({"specversion": "1.0", "id": id, "source": "todo-backend", "type": kind, "data": data});
    let sql = "INSERT INTO outbox (event_id, user_id, type, event) VALUES (?1, ?2, ?3, ?4)";
    let values: [&dyn rusqlite::ToSql; 4] = [&id, &user_id, &kind, &event.to_string()];
    assert_eq!(host.outbox().execute(sql, &values), 1);
}
