//! What was seen of a run: the users' calls with their answers, the records of the topics, and the database at the end.

use std::collections::BTreeSet;

use domain::Time;
use domain::event::Topic;
use serde::Deserialize;
use serde_json::Value;
use uuid::Uuid;

use crate::stack_harness::KafkaEvent;

/// How the ids of those events begin that are meant to end in the dead letters.
pub const POISON: &str = "poison-";

/// A run, as the checker judges it.
#[derive(Clone, Debug, Default)]
pub struct History {
    /// In any order.
    pub calls: Vec<Call>,
    /// What the users have in a topic, by partition and offset.
    pub tasks: Vec<KafkaEvent>,
    /// The same of the other topic.
    pub reminders: Vec<KafkaEvent>,
    /// Everything in tasks-dlq since the run began.
    pub dead: Vec<KafkaEvent>,
    /// The ids of the events that were put into a topic to end as dead letters, and did reach it.
    pub poison: BTreeSet<String>,
    /// What the database has of the users.
    pub end: End,
    /// Why the run did not come to rest; empty when it did.
    pub unsettled: String,
}

impl History {
    /// What the users have in `topic`.
    pub fn records(&self, topic: Topic) -> &[KafkaEvent] {
        match topic {
            Topic::Tasks => &self.tasks,
            Topic::Reminders => &self.reminders,
        }
    }
}

/// One call of a user.
#[derive(Clone, Debug)]
pub struct Call {
    /// The user.
    pub user: String,
    /// What it was to do.
    pub kind: Kind,
    /// Which task it was about; `None` for a creation.
    pub task: Option<Uuid>,
    /// The title that it wrote, which no other call wrote.
    pub title: Option<String>,
    /// When it was sent, by the clock that the hosts have too.
    pub begun: Time,
    /// When its answer had come.
    pub ended: Time,
    /// What came back.
    pub answer: Answer,
}

/// What a call does, and which event tells of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Kind {
    /// `task.created`
    Create,
    /// `task.updated`
    Edit,
    /// `task.completed`, completed
    Complete,
    /// `task.completed`, open again
    Reopen,
    /// `task.deleted`
    Delete,
    /// `task.updated` of `deleted_at`
    Restore,
}

/// What came back from a call.
#[derive(Clone, Debug, PartialEq)]
pub enum Answer {
    /// 2xx, with the task where the answer has one.
    Done(Option<Value>),
    /// 4xx, or no connection (`None`): it has not happened.
    Refused(Option<u16>),
    /// 5xx or nothing: it has happened or not, once at most.
    Unknown(String),
    /// What no call may be answered.
    Wrong(String),
}

/// What the database has of the users at the end.
#[derive(Clone, Debug, Default, Deserialize)]
pub struct End {
    /// Rows as objects by column.
    pub tasks: Vec<Value>,
    /// In the order of `seq`.
    pub outbox: Vec<OutboxRow>,
    /// Reminders.
    pub reminders: Vec<ReminderRow>,
    /// Notifications.
    pub notifications: Vec<NotificationRow>,
    /// Dead letters of these users and of nobody.
    pub dead_letters: Vec<DeadRow>,
}

/// One row of the outbox.
#[derive(Clone, Debug, Deserialize)]
pub struct OutboxRow {
    /// The order of the events.
    pub seq: i64,
    /// The event's id.
    pub event_id: String,
    /// Whose it is.
    pub user_id: String,
    /// The event's type.
    #[serde(rename = "type")]
    pub kind: String,
    /// The event, JSON as text.
    pub event: String,
    /// Whether it left.
    pub published_at: Option<String>,
    /// Whether it was given up.
    pub dead_at: Option<String>,
}

/// One reminder.
#[derive(Clone, Debug, Deserialize)]
pub struct ReminderRow {
    /// Of this task.
    pub task_id: Uuid,
    /// When it is due; null when it was cancelled.
    pub remind_at: Option<String>,
    /// When it fired.
    pub fired_at: Option<String>,
}

/// One notification.
#[derive(Clone, Debug, Deserialize)]
pub struct NotificationRow {
    /// Of this task.
    pub task_id: Uuid,
    /// When its reminder was due.
    pub remind_at: String,
    /// When the task is due.
    pub due_date: String,
    /// When it was made.
    pub created_at: String,
}

/// One dead letter.
#[derive(Clone, Debug, Deserialize)]
pub struct DeadRow {
    /// Its id: the event's.
    pub id: String,
    /// Whose it is; empty for nobody's.
    pub user_id: String,
    /// Why.
    pub reason: String,
}
