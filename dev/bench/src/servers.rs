//! The servers that are compared: what each is, where it listens, which calls it has. Their processes are of [`crate::fleet`].

use crate::ask::{Call, Known, TASKS_EACH, USERS};
use crate::load::{self, Ask};
use crate::tokens::Tokens;
use anyhow::Context;
use hyper::Method;
use serde_json::{Value, json};
use std::net::SocketAddr;

/// What a server is.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Kind {
    OursOnSqlite,
    OursOnPostgres,
    OursOnWasi03,
    /// On PostgreSQL, and every call has a token.
    OursWithTokens,
    Bare,
    Axum,
    FastApi,
}

/// A server that runs.
#[derive(Clone, Debug)]
pub(crate) struct Server {
    pub(crate) name: String,
    pub(crate) kind: Kind,
    pub(crate) address: SocketAddr,
    /// The process above all of its processes.
    pub(crate) process: u32,
    /// Which PostgreSQL of the fleet, and the database in it.
    pub(crate) database: Option<(usize, &'static str)>,
    pub(crate) known: Vec<Known>,
    /// For every call, where the server wants one.
    pub(crate) tokens: Option<Tokens>,
}

impl Server {
    /// What a call of this path has for its token.
    pub(crate) fn token(&self, path: &str) -> Option<String> {
        self.tokens.as_ref().map(|tokens| tokens.of(path))
    }
}

impl Kind {
    /// The calls that it is measured with.
    pub(crate) fn calls(self) -> &'static [Call] {
        use Call::{Complete, Create, CreateEvent, CreateHeld, Get, List, Patch};
        match self {
            Self::OursOnSqlite => &[Create, Patch, Complete, Get, List],
            Self::OursOnPostgres => &[Create, CreateHeld, Patch, Complete, Get, List],
            Self::OursOnWasi03 => &[Create, CreateHeld, Get, List],
            Self::OursWithTokens => &[CreateHeld],
            Self::Bare => &[Create, CreateEvent, Get, List],
            Self::Axum | Self::FastApi => &[Create, Get, List],
        }
    }

    /// Whether what it creates goes to a broker.
    pub(crate) fn publishes(self) -> bool {
        matches!(
            self,
            Self::OursOnPostgres | Self::OursOnWasi03 | Self::FastApi
        )
    }
}

/// The tasks that [`seed_sql`] makes, so many for each user.
pub(crate) fn seeded(each: usize) -> Vec<Known> {
    let known = |n| Known {
        user: format!("bench-{}", n / each),
        id: format!("00000000-0000-7000-8000-{n:012x}"),
    };
    (0..USERS * TASKS_EACH).map(known).collect()
}

/// Empties the tables of a database and puts in the tasks of [`seeded`]. Without events, so nothing is published.
pub(crate) fn seed_sql(each: usize) -> String {
    format!(
        "TRUNCATE tasks, outbox, reminders, notifications, event_counts;
         INSERT INTO tasks (id, user_id, title, description, priority, tags, time_zone, is_recurring, recurring_every,
                            recurrence_policy, remind_version, completed, version, created_at, updated_at, title_key, search)
         SELECT ('00000000-0000-7000-8000-' || lpad(to_hex(n), 12, '0'))::uuid, 'bench-' || n / {each},
                'Water the plants ' || n, 'All of them, the ones on the balcony too', n % 3, '[\"home\", \"plants\"]',
                'UTC', FALSE, 1, 'each', 1, FALSE, 1, '2026-01-01'::timestamp + n * interval '1 second',
                '2026-01-01'::timestamp + n * interval '1 second', 'water the plants ' || n,
                'water the plants ' || n || E'\\nall of them, the ones on the balcony too'
           FROM generate_series(0, {last}) AS n",
        last = USERS * TASKS_EACH - 1,
    )
}

/// The same by the API's batches, for a server whose database is out of reach: under users of this name.
pub(crate) fn seed_by_calls(address: SocketAddr, name: &str) -> anyhow::Result<Vec<Known>> {
    let mut known = Vec::new();
    for user in 0..USERS {
        let user = format!("{name}-{user}");
        let create = |n| {
            let task = json!({"title": format!("Water the plants {n}"), "tags": ["home", "plants"],
                              "description": "All of them, the ones on the balcony too"});
            json!({"op": "create", "task": task})
        };
        let operations: Vec<Value> = (0..TASKS_EACH).map(create).collect();
        let ask = Ask {
            method: Method::POST,
            path: format!("/api/{user}/tasks/batch"),
            body: json!({ "operations": operations }).to_string(),
            status: 200,
            ..Ask::default()
        };
        let answer: Value = serde_json::from_str(&load::once(address, &ask)?)?;
        let ids = ids_of(&answer);
        anyhow::ensure!(ids.len() == TASKS_EACH, "the batch answered {answer}");
        known.extend(ids.into_iter().map(|id| Known {
            user: user.clone(),
            id,
        }));
    }
    Ok(known)
}

/// Every `id` of a task in an answer.
fn ids_of(answer: &Value) -> Vec<String> {
    match answer {
        Value::Array(items) => items.iter().flat_map(ids_of).collect(),
        Value::Object(fields) => match fields.get("task").and_then(|task| task.get("id")) {
            Some(Value::String(id)) => vec![id.clone()],
            _ => fields.values().flat_map(ids_of).collect(),
        },
        _ => Vec::new(),
    }
}

/// That a server does what it is measured for: it keeps what is created, and its list is full.
pub(crate) fn check(server: &Server) -> anyhow::Result<()> {
    let ask = |method, path: String, body: String, status| Ask {
        method,
        token: server.token(&path),
        path,
        body,
        status,
    };
    let created = ask(
        Method::POST,
        "/api/check/tasks".into(),
        crate::ask::new_task("check", 1),
        201,
    );
    let task: Value = serde_json::from_str(&load::once(server.address, &created)?)?;
    let id = task.get("id").and_then(Value::as_str).unwrap_or_default();
    let read = ask(
        Method::GET,
        format!("/api/check/tasks/{id}"),
        String::new(),
        200,
    );
    let read: Value = serde_json::from_str(&load::once(server.address, &read)?)?;
    anyhow::ensure!(read.get("title") == task.get("title"), "it answers {read}");
    let user = &server.known.first().context("no tasks")?.user;
    let path = format!("/api/{user}/tasks?limit=50");
    let list = load::once(server.address, &ask(Method::GET, path, String::new(), 200))?;
    let found = list.matches("\"id\":").count();
    anyhow::ensure!(found == 50, "a list of 50 has {found} tasks");
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn seeded_tasks_have_ids_of_their_own() {
        let known = seeded(TASKS_EACH);
        let ids: std::collections::BTreeSet<_> = known.iter().map(|known| &known.id).collect();
        assert_eq!(ids.len(), USERS * TASKS_EACH);
        assert_eq!(known[61].id, "00000000-0000-7000-8000-00000000003d");
        assert_eq!(known[61].user, "bench-1");
    }

    #[test]
    fn the_ids_of_a_batch_are_found() {
        let answer = json!({"results": [{"status": 201, "task": {"id": "a", "x": {"id": "no"}}}, {"task": {"id": "b"}}]});
        assert_eq!(ids_of(&answer), ["a", "b"]);
    }
}
