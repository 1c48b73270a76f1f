//! The calls that are compared, and the tasks that they are about.

use crate::load::{Ask, Turn};
use hyper::Method;

/// Users with tasks, and how many tasks each has: a list of 50 is full.
pub(crate) const USERS: usize = 20;
pub(crate) const TASKS_EACH: usize = 60;

/// Users that create.
const NEW_USERS: usize = 1_000;

/// A kind of call.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Call {
    Create,
    /// While nobody publishes: the call alone.
    CreateHeld,
    /// At the bare component: with an event, which the trigger writes to the outbox.
    CreateEvent,
    Patch,
    Complete,
    Get,
    List,
}

impl Call {
    pub(crate) const ALL: [Self; 7] = [
        Self::Create,
        Self::CreateHeld,
        Self::CreateEvent,
        Self::Patch,
        Self::Complete,
        Self::Get,
        Self::List,
    ];

    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Create => "create",
            Self::CreateHeld => "create, publishing held",
            Self::CreateEvent => "create with event",
            Self::Patch => "patch",
            Self::Complete => "complete",
            Self::Get => "get",
            Self::List => "list of 50",
        }
    }

    pub(crate) fn writes(self) -> bool {
        !matches!(self, Self::Get | Self::List)
    }
}

/// A task that is there.
#[derive(Clone, Debug)]
pub(crate) struct Known {
    pub(crate) user: String,
    pub(crate) id: String,
}

/// The call of each turn. `salt` keeps the texts of one slice apart from those of another. No two connections change the same
/// task, and each change is one.
pub(crate) fn plan<'a>(
    call: Call,
    known: &'a [Known],
    connections: usize,
    salt: &'a str,
) -> impl Fn(Turn) -> Ask + 'a {
    move |turn| {
        let number = turn.call * connections + turn.connection;
        let of_connection = (known.len() / connections).max(1);
        let nth = turn.call % of_connection * connections + turn.connection;
        let (user, id) = known
            .get(nth % known.len().max(1))
            .map_or(("", ""), |known| (&*known.user, &*known.id));
        let tasks = format!("/api/{user}/tasks");
        let task = format!("{tasks}/{id}");
        let (method, path, body, status) = match call {
            Call::Create | Call::CreateHeld | Call::CreateEvent => {
                let start = if call == Call::CreateEvent {
                    "/event"
                } else {
                    ""
                };
                let path = format!("{start}/api/new-{}/tasks", number % NEW_USERS);
                (Method::POST, path, new_task(salt, number), 201)
            }
            Call::Patch => {
                let body = format!(r#"{{"title":"Water the plants, {salt}, {number}"}}"#);
                (Method::PATCH, task, body, 200)
            }
            Call::Complete => {
                let completed = (turn.call / of_connection).is_multiple_of(2);
                let body = format!(r#"{{"completed":{completed}}}"#);
                (Method::POST, format!("{task}/complete"), body, 200)
            }
            Call::Get => (Method::GET, task, String::new(), 200),
            Call::List => (Method::GET, format!("{tasks}?limit=50"), String::new(), 200),
        };
        Ask {
            method,
            path,
            body,
            status,
            ..Ask::default()
        }
    }
}

/// A task as the API takes it.
pub(crate) fn new_task(salt: &str, number: usize) -> String {
    let priority = ["low", "medium", "high"].get(number % 3).unwrap_or(&"low");
    format!(
        r#"{{"title":"Water the plants, {salt}, {number}","description":"All of them, the ones on the balcony too","priority":"{priority}","tags":["home","plants"]}}"#
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeMap;

    fn known() -> Vec<Known> {
        let known = |n: usize| Known {
            user: format!("u{}", n / TASKS_EACH),
            id: n.to_string(),
        };
        (0..USERS * TASKS_EACH).map(known).collect()
    }

    #[test]
    fn no_two_connections_change_the_same_task_and_each_completion_changes_it() {
        let known = known();
        for connections in [1, 16, 64] {
            let plan = plan(Call::Complete, &known, connections, "s");
            let mut owner = BTreeMap::new();
            let mut last = BTreeMap::new();
            for connection in 0..connections {
                for call in 0..3 * known.len() / connections {
                    let ask = plan(Turn { connection, call });
                    assert_eq!(
                        *owner.entry(ask.path.clone()).or_insert(connection),
                        connection
                    );
                    let before = last.insert(ask.path, ask.body.clone());
                    let before = before.unwrap_or(r#"{"completed":false}"#.to_owned());
                    assert_ne!(before, ask.body);
                }
            }
        }
    }

    #[test]
    fn what_is_sent_is_json() {
        let known = known();
        for call in Call::ALL {
            let ask = plan(call, &known, 16, "r1")(Turn {
                connection: 15,
                call: 7,
            });
            assert_eq!(ask.body.is_empty(), !call.writes(), "{call:?}");
            if call.writes() {
                serde_json::from_str::<serde_json::Value>(&ask.body).unwrap();
            }
        }
    }
}
