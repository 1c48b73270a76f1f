//! Which component handles which event: one table for the Dapr subscription, the local bus and the two components that
//! chain on.

use domain::event::{EventType, Topic};

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

/// Takes any event of a topic: what no rule of [`of_type`] sends elsewhere.
#[must_use]
pub fn of_topic(topic: Topic) -> Route {
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
pub fn of_type(event_type: EventType) -> Option<Route> {
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
