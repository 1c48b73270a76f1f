//! One user of the API: the calls a test makes most, for a user id that no other test has.

use std::process;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{SystemTime, UNIX_EPOCH};

use serde_json::{Value, json};

use crate::client::{Call, Client};
use crate::reply::Reply;
use crate::wait::{SOON, eventually};

/// A user id that no other test, process or earlier run has used.
pub fn unique_user_id() -> String {
    static COUNTER: AtomicU64 = AtomicU64::new(0);
    let millis = SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .map(|since| since.as_millis())
        .unwrap_or_default();
    format!(
        "user-{millis}-{}-{}",
        process::id(),
        COUNTER.fetch_add(1, Ordering::Relaxed)
    )
}

/// The `id` of a task.
#[track_caller]
pub fn id_of(task: &Value) -> &str {
    task["id"]
        .as_str()
        .unwrap_or_else(|| panic!("no id in {task}"))
}

/// A user and the host that serves it.
#[derive(Clone, Debug)]
pub struct User {
    /// The user id, as it stands in paths.
    pub id: String,
    /// The host.
    pub client: Client,
}

impl User {
    /// A new user of the host behind `client`.
    pub fn new(client: Client) -> Self {
        Self {
            id: unique_user_id(),
            client,
        }
    }

    /// A path of this user's tasks: `tail` follows `/api/{user}/tasks`.
    pub fn path(&self, tail: &str) -> String {
        format!("/api/{}/tasks{tail}", self.id)
    }

    /// A call under this user's tasks.
    pub fn call(&self, method: &str, tail: &str) -> Call<'_> {
        self.client.call(method, &self.path(tail))
    }

    /// POST of a new task; any answer.
    #[track_caller]
    pub fn post(&self, body: &Value) -> Reply {
        self.call("POST", "").json(body).send()
    }

    /// A new task, which must be accepted.
    #[track_caller]
    pub fn create(&self, body: &Value) -> Value {
        self.post(body).expect(201).json()
    }

    /// A new recurring task with this interval and due date.
    #[track_caller]
    pub fn create_recurring(&self, interval: &str, due_date: &str) -> Value {
        let body = json!({"title": "water the plants", "is_recurring": true, "recurring_interval": interval,
                          "due_date": due_date});
        self.create(&body)
    }

    /// GET of one task; any answer.
    #[track_caller]
    pub fn get(&self, id: &str) -> Reply {
        self.call("GET", &format!("/{id}")).send()
    }

    /// One task, which must be there.
    #[track_caller]
    pub fn task(&self, id: &str) -> Value {
        self.get(id).expect(200).json()
    }

    /// PATCH of one task; any answer.
    #[track_caller]
    pub fn patch(&self, id: &str, body: &Value) -> Reply {
        self.call("PATCH", &format!("/{id}")).json(body).send()
    }

    /// PUT of one task; any answer.
    #[track_caller]
    pub fn put(&self, id: &str, body: &Value) -> Reply {
        self.call("PUT", &format!("/{id}")).json(body).send()
    }

    /// DELETE of one task; any answer.
    #[track_caller]
    pub fn delete(&self, id: &str) -> Reply {
        self.call("DELETE", &format!("/{id}")).send()
    }

    /// POST to `/complete` without a body, which must succeed; the completed task.
    #[track_caller]
    pub fn complete(&self, id: &str) -> Value {
        self.call("POST", &format!("/{id}/complete"))
            .send()
            .expect(200)
            .json()
    }

    /// Marks a completed task as not completed, which must succeed; the task.
    #[track_caller]
    pub fn reopen(&self, id: &str) -> Value {
        self.call("POST", &format!("/{id}/complete"))
            .json(&json!({"completed": false}))
            .send()
            .expect(200)
            .json()
    }

    /// A new address of the user's calendar.
    #[track_caller]
    pub fn new_calendar(&self) -> String {
        let made = self.call_own("POST", "/calendar").expect(201).json();
        made["url"].as_str().expect("an address").to_owned()
    }

    /// The items of one list of tasks; `query` without the question mark.
    #[track_caller]
    pub fn list(&self, query: &str) -> Vec<Value> {
        self.items(&format!("/tasks?{query}"))
    }

    /// All tasks of a series with this occurrence number, completed or not.
    #[track_caller]
    pub fn occurrences_of(&self, series: &Value, number: u64) -> Vec<Value> {
        let mut all = self.list("status=all&limit=200");
        all.retain(|task| task["series_id"] == *series && task["occurrence"] == number);
        all
    }

    /// Waits for an occurrence of the series of `task`; exactly one may be there.
    #[track_caller]
    pub fn wait_for_occurrence(
        &self,
        task: &Value,
        number: u64,
        deadline: std::time::Duration,
    ) -> Value {
        let series = &task["series_id"];
        assert!(series.is_string(), "no series in {task}");
        let mut found = eventually(
            deadline,
            &format!("occurrence {number} after {task}"),
            || Some(self.occurrences_of(series, number)).filter(|found| !found.is_empty()),
        );
        assert_eq!(
            found.len(),
            1,
            "more than one occurrence {number}: {found:?}"
        );
        found.remove(0)
    }

    /// Returns when every event of this user up to now has had its effect: events of one user are handled in order, so
    /// a recurring task completed now gets its next occurrence after all of them.
    #[track_caller]
    pub fn wait_until_handled(&self) {
        let fence = self.create_recurring("daily", "2026-01-01T00:00:00Z");
        self.complete(id_of(&fence));
        self.wait_for_occurrence(&fence, 2, SOON);
    }
}
