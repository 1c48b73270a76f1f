//! Event type → topic → component and path: one table for the Dapr subscription, both buses, and the two components
//! that hand events on by type.

use domain::event::{EventType, Topic};
use platform::variables::get;

/// A component and the path on which it takes events.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Route {
    /// Its id in `spin.toml`.
    pub component: &'static str,
    /// Its path, without host.
    pub path: &'static str,
}

/// Takes dead letters.
pub const DEAD_LETTER: Route = Route {
    component: "dead-letter",
    path: "/api/events/dead-letter",
};

/// Publishes what is pending.
pub const RELAY: Route = Route {
    component: "relay-outbox",
    path: "/jobs/relay-outbox",
};

/// The component that takes any event of a topic: what no rule of [`route_of_type`] sends elsewhere.
#[must_use]
pub fn route_of_topic(topic: Topic) -> Route {
    match topic {
        Topic::Tasks => Route {
            component: "task-events",
            path: "/api/events/tasks",
        },
        Topic::Reminders => Route {
            component: "reminder-events",
            path: "/api/events/reminders",
        },
    }
}

/// The component of an event type; `None` when the topic's own component is all there is.
#[must_use]
pub fn route_of_type(event_type: EventType) -> Option<Route> {
    let (component, path) = match event_type {
        EventType::TaskCreated => ("task-created", "/api/events/tasks/created"),
        EventType::TaskUpdated => ("task-updated", "/api/events/tasks/updated"),
        EventType::TaskCompleted => ("task-completed", "/api/events/tasks/completed"),
        EventType::TaskDeleted => ("task-deleted", "/api/events/tasks/deleted"),
        EventType::ReminderTriggered => ("reminder-triggered", "/api/events/reminders/triggered"),
        EventType::ReminderScheduled => return None,
    };
    Some(Route { component, path })
}

/// The name under which a topic is deployed: its variable.
#[must_use]
pub fn topic_name(topic: Topic) -> String {
    get(match topic {
        Topic::Tasks => "tasks_topic",
        Topic::Reminders => "reminders_topic",
    })
}

/// The deployed name of the topic to which Dapr sends dead letters.
#[must_use]
pub fn dead_letter_topic() -> String {
    get("dead_letter_topic")
}

/// The deployed name of the topic of an event type; empty when the type is not one of ours.
#[must_use]
pub fn topic_name_of_type(event_type: &str) -> String {
    EventType::parse(event_type).map_or_else(String::new, |kind| topic_name(kind.topic()))
}
