//! The variables that say which bus is used and how.

use domain::event::EventType;
use platform::variables::get;

/// Where events are published to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BusKind {
    /// The Dapr sidecar.
    Dapr,
    /// The event components themselves, by service chaining.
    Local,
}

/// The bus of this deployment; anything but `local` is Dapr.
#[must_use]
pub fn bus() -> BusKind {
    if get("event_bus") == "local" {
        BusKind::Local
    } else {
        BusKind::Dapr
    }
}

/// The topic names as they are deployed.
#[derive(Clone, Debug)]
pub struct Topics {
    /// Task events.
    pub tasks: String,
    /// Reminder events.
    pub reminders: String,
    /// Dead letters.
    pub dead_letters: String,
}

impl Topics {
    /// Reads the variables.
    #[must_use]
    pub fn read() -> Self {
        Self {
            tasks: get("tasks_topic"),
            reminders: get("reminders_topic"),
            dead_letters: get("dead_letter_topic"),
        }
    }

    /// The deployed name of a topic.
    #[must_use]
    pub fn name(&self, topic: domain::event::Topic) -> &str {
        match topic {
            domain::event::Topic::Tasks => &self.tasks,
            domain::event::Topic::Reminders => &self.reminders,
        }
    }

    /// The deployed name of the topic of an event type; empty when the type is not one of ours.
    #[must_use]
    pub fn of_type(&self, event_type: &str) -> &str {
        EventType::parse(event_type).map_or("", |kind| self.name(kind.topic()))
    }
}
