//! The events of the system: their types, their envelope (CloudEvents 1.0, structured JSON), what each carries, and what
//! of an incoming one is trusted. Storing and sending them is not decided here.

mod build;
mod cloud_event;
mod data;
mod malformed;

pub use build::EventMeta;
pub use cloud_event::CloudEvent;
pub use data::{CompletedData, CreatedData, EventData, ScheduledData, TriggeredData, UpdatedData};
pub use malformed::Malformed;

use crate::choice::choice;

/// `source` of an event that a user's call caused.
pub const SOURCE_USER: &str = "todo-backend";

/// `source` of an event that an event component caused; task components skip it, so nothing triggers itself.
pub const HANDLER_SOURCE: &str = "handler";

choice! {
    /// What happened. The texts are the CloudEvents `type` attribute.
    EventType {
        /// A task exists.
        TaskCreated = "task.created",
        /// Fields of a task changed.
        TaskUpdated = "task.updated",
        /// A task was completed or reopened.
        TaskCompleted = "task.completed",
        /// A task was deleted.
        TaskDeleted = "task.deleted",
        /// A reminder was set for a time.
        ReminderScheduled = "reminder.scheduled",
        /// A reminder's time came.
        ReminderTriggered = "reminder.triggered",
    }
}

choice! {
    /// Where events go; the broker's names for them are configuration.
    Topic {
        /// What happened to tasks.
        Tasks = "tasks",
        /// What happened to reminders.
        Reminders = "reminders",
    }
}

impl EventType {
    /// The topic that events of this type are published to.
    #[must_use]
    pub const fn topic(self) -> Topic {
        match self {
            Self::TaskCreated | Self::TaskUpdated | Self::TaskCompleted | Self::TaskDeleted => {
                Topic::Tasks
            }
            Self::ReminderScheduled | Self::ReminderTriggered => Topic::Reminders,
        }
    }
}

#[cfg(test)]
mod tests;
