//! The one host with the local bus that the tests of rows and shapes share.

use std::sync::OnceLock;

use e2e::{LocalHost, Outbox, Row, SOON, User, eventually};

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
