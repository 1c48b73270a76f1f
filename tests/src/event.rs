//! CloudEvents made by hand, to deliver what a broker would: again, late, altered or broken.

use std::process;
use std::sync::atomic::{AtomicU64, Ordering};

use chrono::{SecondsFormat, Utc};
use serde_json::{Value, json};

use crate::client::Client;
use crate::random::Random;
use crate::reply::Reply;

/// A fresh UUID that belongs to nothing.
pub fn new_id() -> String {
    static COUNTER: AtomicU64 = AtomicU64::new(0);
    let nanos = Utc::now()
        .timestamp_nanos_opt()
        .unwrap_or_default()
        .unsigned_abs();
    let mut random = Random::new(nanos ^ u64::from(process::id()).rotate_left(32));
    let (high, low) = (
        random.next_u64(),
        random.next_u64() ^ COUNTER.fetch_add(1, Ordering::Relaxed),
    );
    let (a, b, c) = (high >> 32, (high >> 16) & 0xffff, high & 0x0fff);
    format!(
        "{a:08x}-{b:04x}-4{c:03x}-8{:03x}-{:012x}",
        low & 0x0fff,
        (low >> 12) & 0xffff_ffff_ffff
    )
}

/// The trace of every event that is made here, by which it is known.
pub(crate) const HAND_MADE: &str = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";

/// One event. The envelope and its data may be changed before it is delivered.
#[derive(Clone, Debug)]
pub struct Event {
    /// The whole CloudEvent.
    pub json: Value,
}

impl Event {
    /// What the backend would publish when `task` had just come to its present state by an event of this type.
    pub fn of(kind: &str, task: &Value) -> Self {
        let now = Utc::now().to_rfc3339_opts(SecondsFormat::Millis, true);
        let mut data = json!({"task_id": task["id"], "user_id": task["user_id"], "version": task["version"],
                              "timestamp": now});
        let fields: &[&str] = match kind {
            "task.created" => &CREATED,
            "task.completed" => &COMPLETED,
            _ => &[],
        };
        for field in fields {
            data[*field] = task[*field].clone();
        }
        if kind == "task.updated" {
            data["changed_fields"] = json!(["title"]);
            data["title"] = task["title"].clone();
        }
        let envelope = json!({"specversion": "1.0", "id": new_id(), "type": kind, "source": "todo-backend",
                              "subject": task["id"], "time": now, "datacontenttype": "application/json",
                              "partitionkey": task["user_id"], "data": data,
                              "traceparent": HAND_MADE});
        Self { json: envelope }
    }

    /// The same event with one attribute of the envelope changed.
    pub fn with(mut self, attribute: &str, value: Value) -> Self {
        self.json[attribute] = value;
        self
    }

    /// The same event with one field of its data changed.
    pub fn with_data(mut self, field: &str, value: Value) -> Self {
        self.json["data"][field] = value;
        self
    }

    /// The same event without one attribute of the envelope.
    pub fn without(mut self, attribute: &str) -> Self {
        self.json
            .as_object_mut()
            .and_then(|envelope| envelope.remove(attribute));
        self
    }

    /// The same event without one field of its data.
    pub fn without_data(mut self, field: &str) -> Self {
        self.json["data"]
            .as_object_mut()
            .and_then(|data| data.remove(field));
        self
    }

    /// Delivers it to a machine route as Dapr does.
    #[track_caller]
    pub fn deliver(&self, client: &Client, route: &str) -> Reply {
        deliver(client, route, self.json.to_string().as_bytes())
    }

    /// Delivers it, which must be acknowledged as done or as nothing to do.
    #[track_caller]
    pub fn deliver_successfully(&self, client: &Client, route: &str) {
        assert_acknowledged(&self.deliver(client, route), "SUCCESS");
    }
}

/// Delivers any body to a machine route.
#[track_caller]
pub fn deliver(client: &Client, route: &str, body: &[u8]) -> Reply {
    let call = client.call("POST", route);
    call.raw("application/cloudevents+json", body).send()
}

/// Checks the answer of an event component: 200, `status`, and the text that goes with it.
#[track_caller]
pub fn assert_acknowledged(reply: &Reply, status: &str) {
    assert_eq!(reply.status(), 200, "{}", reply.show());
    let json = reply.json();
    assert_eq!(json["status"], status, "{}", reply.show());
    let with = if status == "DROP" {
        "reason"
    } else {
        "outcome"
    };
    assert!(
        json[with].as_str().is_some_and(|text| !text.is_empty()),
        "no {with}\n{}",
        reply.show()
    );
}

const CREATED: [&str; 21] = [
    "title",
    "description",
    "priority",
    "tags",
    "due_date",
    "time_zone",
    "is_recurring",
    "recurring_interval",
    "recurring_every",
    "recurrence_rule",
    "recurrence_policy",
    "recurring_until",
    "recurring_count",
    "remind_before_minutes",
    "remind_at",
    "completed",
    "completed_at",
    "series_id",
    "occurrence",
    "created_at",
    "updated_at",
];

const COMPLETED: [&str; 8] = [
    "completed",
    "completed_at",
    "is_recurring",
    "recurring_interval",
    "recurrence_rule",
    "due_date",
    "series_id",
    "occurrence",
];
