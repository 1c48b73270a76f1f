//! What the automation shows a user: notifications, the event history and its counters; and tasks made to be reminded of.

use std::time::Duration;

use chrono::{DateTime, SecondsFormat, TimeDelta, Utc};
use serde_json::{Value, json};

use crate::reply::Reply;
use crate::user::{User, id_of};
use crate::wait::eventually;

/// How long after its time a reminder's notification may come.
const AFTER_ITS_TIME: Duration = Duration::from_secs(10);

/// A time as the API writes it.
pub fn api_time(time: DateTime<Utc>) -> String {
    time.to_rfc3339_opts(SecondsFormat::Micros, true)
}

impl User {
    /// A call under `/api/{user}`, such as `/notifications`.
    pub fn call_own(&self, method: &str, tail: &str) -> Reply {
        let path = format!("/api/{}{tail}", self.id);
        self.client.call(method, &path).send()
    }

    /// The items of a list under `/api/{user}`.
    #[track_caller]
    pub fn items(&self, tail: &str) -> Vec<Value> {
        let page = self.call_own("GET", tail).expect(200);
        let json = page.json();
        json["items"]
            .as_array()
            .unwrap_or_else(|| panic!("no items\n{}", page.show()))
            .clone()
    }

    /// All items of a list under `/api/{user}`, by as many pages as it has.
    #[track_caller]
    pub fn all_items(&self, tail: &str) -> Vec<Value> {
        let (mut all, mut cursor) = (Vec::new(), String::new());
        for _ in 0..1000 {
            let page = self.call_own("GET", &format!("{tail}{cursor}")).expect(200);
            let page = page.json();
            all.extend(page["items"].as_array().expect("items").clone());
            match page["next_cursor"].as_str() {
                Some(next) => cursor = format!("&cursor={next}"),
                None => return all,
            }
        }
        panic!("a list without an end: {tail}");
    }

    /// The notifications of one task. Reading them fires what is due.
    #[track_caller]
    pub fn notifications_of(&self, task: &Value) -> Vec<Value> {
        let mut all = self.items("/notifications?limit=200");
        all.retain(|notification| notification["task_id"] == task["id"]);
        all
    }

    /// The events of one type about one task, newest first.
    #[track_caller]
    pub fn events_of(&self, task: &Value, kind: &str) -> Vec<Value> {
        let mut all = self.items(&format!("/events?limit=200&type={kind}"));
        all.retain(|event| event["data"]["task_id"] == task["id"]);
        all
    }

    /// The counters.
    #[track_caller]
    pub fn stats(&self) -> Value {
        self.call_own("GET", "/stats").expect(200).json()
    }

    /// A new task whose reminder, an hour before it is due, is this far ahead; and the time of the reminder.
    #[track_caller]
    pub fn create_reminded_in(&self, ahead: TimeDelta) -> (Value, DateTime<Utc>) {
        let remind_at = Utc::now() + ahead;
        let body = json!({"title": "call back", "due_date": api_time(remind_at + TimeDelta::hours(1)),
                          "remind_before_minutes": 60});
        (self.create(&body), remind_at)
    }

    /// Waits until the component has set the task's reminder; the event that says so.
    #[track_caller]
    pub fn wait_for_reminder(&self, task: &Value) -> Value {
        eventually(
            Duration::from_secs(10),
            &format!("a reminder of {task}"),
            || {
                self.events_of(task, "reminder.scheduled")
                    .into_iter()
                    .next()
            },
        )
    }

    /// Waits for the task's notification, reading again and again, until 10 s after its time; exactly one may be there.
    #[track_caller]
    pub fn wait_for_notification(&self, task: &Value, remind_at: DateTime<Utc>) -> Value {
        let until = (remind_at - Utc::now()).to_std().unwrap_or_default();
        let what = format!("a notification of {}", id_of(task));
        let mut found = eventually(until + AFTER_ITS_TIME, &what, || {
            Some(self.notifications_of(task)).filter(|found| !found.is_empty())
        });
        assert_eq!(found.len(), 1, "{found:?}");
        found.remove(0)
    }
}
