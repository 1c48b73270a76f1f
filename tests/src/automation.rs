//! What the automation shows a user: notifications, the event history and its counters; and tasks made to be reminded of.

use std::time::Duration;

use chrono::{DateTime, SecondsFormat, SubsecRound, TimeDelta, Utc};
use serde_json::{Value, json};

use crate::reply::Reply;
use crate::user::{User, id_of};
use crate::wait::{SOON, eventually};

/// A machine that is not done after so long is broken, not busy.
const LONGEST: TimeDelta = TimeDelta::minutes(4);

/// A time as the API writes it: with as many digits behind the point as it needs, none, three or six.
pub fn api_time(time: DateTime<Utc>) -> String {
    time.trunc_subsecs(6)
        .to_rfc3339_opts(SecondsFormat::AutoSi, true)
}

/// Does `job`, which is about a time so far ahead. When that time has come before the job was done, the machine was too busy,
/// and the job is done anew with a time twice as far ahead. Returns what it made, and the time.
#[track_caller]
pub fn in_time<T>(
    mut ahead: TimeDelta,
    mut job: impl FnMut(DateTime<Utc>) -> T,
) -> (T, DateTime<Utc>) {
    loop {
        let time = Utc::now() + ahead;
        let made = job(time);
        if Utc::now() < time {
            return (made, time);
        }
        assert!(ahead < LONGEST, "not done within {ahead}");
        ahead = ahead * 2;
    }
}

/// How long from now until it is certain that what has to happen at this time has not.
pub fn soon_after(time: DateTime<Utc>) -> Duration {
    (time - Utc::now()).to_std().unwrap_or_default() + SOON
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

    /// A new task whose reminder, a day before it is due, is this far ahead, or as far as this machine needs so that it lies
    /// ahead when the task is made; and the time of the reminder.
    #[track_caller]
    pub fn create_reminded_in(&self, ahead: TimeDelta) -> (Value, DateTime<Utc>) {
        in_time(ahead, |remind_at| self.create_reminded_at(remind_at))
    }

    /// A new task whose reminder, a day before it is due, is at this time; it is set if that is ahead still.
    #[track_caller]
    pub fn create_reminded_at(&self, remind_at: DateTime<Utc>) -> Value {
        let due = api_time(remind_at + TimeDelta::days(1));
        self.create(&json!({"title": "Call back", "due_date": due}))
    }

    /// Moves a task made by [`User::create_reminded_in`], as that makes it.
    #[track_caller]
    pub fn move_reminder_to_in(&self, task: &Value, ahead: TimeDelta) -> DateTime<Utc> {
        let moved = in_time(ahead, |remind_at| {
            let due = api_time(remind_at + TimeDelta::days(1));
            self.patch(id_of(task), &json!({"due_date": due}))
                .expect(200)
        });
        moved.1
    }

    /// Waits until the component has set the task's reminder; the event that says so.
    #[track_caller]
    pub fn wait_for_reminder(&self, task: &Value) -> Value {
        self.wait_for_reminders(task, 1).remove(0)
    }

    /// Waits until the component has set the task's reminder so often; the events that say so, newest first.
    #[track_caller]
    pub fn wait_for_reminders(&self, task: &Value, count: usize) -> Vec<Value> {
        let found = eventually(SOON, &format!("{count} reminders of {task}"), || {
            let found = self.events_of(task, "reminder.scheduled");
            (found.len() >= count).then_some(found)
        });
        assert_eq!(found.len(), count, "{found:?}");
        found
    }

    /// Waits for the task's notification, reading again and again; exactly one may be there.
    #[track_caller]
    pub fn wait_for_notification(&self, task: &Value, remind_at: DateTime<Utc>) -> Value {
        let what = format!("a notification of {}", id_of(task));
        let mut found = eventually(soon_after(remind_at), &what, || {
            Some(self.notifications_of(task)).filter(|found| !found.is_empty())
        });
        assert_eq!(found.len(), 1, "{found:?}");
        found.remove(0)
    }
}
