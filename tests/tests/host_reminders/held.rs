//! Hosts whose events wait: nobody drains the outbox, and the test delivers what it likes, when it likes.

use e2e::{LocalHost, User, assert_acknowledged, deliver, id_of};
use serde_json::Value;

/// A host on either database, with the local bus.
pub(crate) struct Held {
    host: LocalHost,
    on_postgres: bool,
}

impl Held {
    pub(crate) fn on_sqlite(name: &str) -> Self {
        let host = LocalHost::start(name);
        // The first call makes the schema.
        User::new(host.client()).items("/notifications");
        Self::hold(host, false)
    }

    pub(crate) fn on_postgres(name: &str) -> Self {
        Self::hold(LocalHost::start_on_postgres(name), true)
    }

    fn hold(host: LocalHost, on_postgres: bool) -> Self {
        let held = Self { host, on_postgres };
        held.execute("UPDATE outbox_shards SET owner = 'test', expires_at = '9999-01-01T00:00:00'");
        held
    }

    /// From now on the bus delivers what waits and what comes.
    pub(crate) fn release(&self) {
        self.execute("UPDATE outbox_shards SET expires_at = '2000-01-01T00:00:00'");
    }

    pub(crate) fn user(&self) -> User {
        User::new(self.host.client())
    }

    /// Changes the database as no call can.
    #[track_caller]
    pub(crate) fn execute(&self, sql: &str) {
        if self.on_postgres {
            self.host.database().sql(sql);
        } else {
            self.host.outbox().execute(sql, &[]);
        }
    }

    /// The one number that `sql` asks for.
    #[track_caller]
    pub(crate) fn number(&self, sql: &str) -> i64 {
        if self.on_postgres {
            let answer = self.host.database().sql(sql);
            answer
                .parse()
                .unwrap_or_else(|_| panic!("{sql}: {answer:?}"))
        } else {
            self.host.outbox().number(sql, &[])
        }
    }

    /// How many rows of reminders the task has for which `condition` holds: none or one.
    #[track_caller]
    pub(crate) fn reminders(&self, task: &Value, condition: &str) -> i64 {
        let id = id_of(task);
        self.number(&format!(
            "SELECT COUNT(*) FROM reminders WHERE task_id = '{id}' AND {condition}"
        ))
    }
}

/// The events of what happened to the task so far, newest first: not those of its reminders.
#[track_caller]
pub(crate) fn events(user: &User, task: &Value) -> Vec<Value> {
    let mut events = user.items("/events?limit=200");
    events.retain(|event| {
        let kind = event["type"].as_str().unwrap_or_default();
        kind.starts_with("task.") && event["data"]["task_id"] == task["id"]
    });
    events
}

/// The event that told of the task's change to this version.
#[track_caller]
pub(crate) fn event_of(user: &User, task: &Value, version: u64) -> Value {
    let mut events = events(user, task);
    events.retain(|event| event["data"]["version"] == version);
    assert_eq!(events.len(), 1, "{events:?}");
    events.remove(0)
}

/// Delivers an event of a task, which must be acknowledged.
#[track_caller]
pub(crate) fn deliver_event(user: &User, event: &Value) {
    let body = event.to_string();
    let reply = deliver(&user.client, "/api/events/tasks", body.as_bytes());
    assert_acknowledged(&reply, "SUCCESS");
}

/// Delivers the event of the task's change to this version.
#[track_caller]
pub(crate) fn deliver_version(user: &User, task: &Value, version: u64) {
    deliver_event(user, &event_of(user, task, version));
}
