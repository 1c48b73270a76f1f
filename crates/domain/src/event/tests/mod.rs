//! What goes out, and what is taken from what comes in.

mod incoming;
mod outgoing;
mod typed;

use super::{CloudEvent, EventMeta, EventType, SOURCE_USER, Topic};
use crate::Task;
use crate::testing::{at, task};
use serde_json::json;
use uuid::Uuid;

const TRACE: &str = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";

fn meta() -> EventMeta<'static> {
    EventMeta {
        id: Uuid::from_u128(0x01890000_0000_7000_8000_0000000000ee),
        source: SOURCE_USER,
        time: at("2026-01-20T08:00:00.250Z"),
        traceparent: Some(TRACE),
    }
}

fn rent() -> Task {
    task(json!({
        "title": "Pay rent", "tags": ["home"], "due_date": "2026-01-31T09:00", "time_zone": "Europe/Berlin",
        "is_recurring": true, "recurring_interval": "monthly",
    }))
}

#[test]
fn types_and_topics_are_the_documented_names() {
    let table = [
        ("task.created", Topic::Tasks),
        ("task.updated", Topic::Tasks),
        ("task.completed", Topic::Tasks),
        ("task.deleted", Topic::Tasks),
        ("reminder.scheduled", Topic::Reminders),
        ("reminder.triggered", Topic::Reminders),
    ];
    assert_eq!(EventType::ALL.len(), table.len());
    for (name, topic) in table {
        let event_type = EventType::parse(name).unwrap();
        assert_eq!((event_type.as_str(), event_type.topic()), (name, topic));
    }
    assert_eq!(EventType::parse("task.exploded"), None);
    assert_eq!(
        (Topic::Tasks.as_str(), Topic::Reminders.as_str()),
        ("tasks", "reminders")
    );
}

#[test]
fn every_event_of_ours_reads_back_as_itself() {
    let (task, meta, at) = (rent(), meta(), at("2026-01-30T08:00:00Z"));
    let events = [
        CloudEvent::task_created(&task, &meta),
        CloudEvent::task_updated(&task, &["title"], &meta),
        CloudEvent::task_completed(&task, &meta),
        CloudEvent::task_deleted(
            &task,
            &EventMeta {
                traceparent: None,
                ..meta
            },
        ),
        CloudEvent::reminder_scheduled(&task, at, &meta),
        CloudEvent::reminder_triggered(&task, at, &meta),
    ];
    for (event, event_type) in events.into_iter().zip(EventType::ALL) {
        assert_eq!(event.kind(), Some(*event_type));
        assert_eq!(
            CloudEvent::parse(event.to_json().as_bytes()),
            Ok(event.clone())
        );
        assert_eq!(
            serde_json::from_str::<CloudEvent>(&event.to_json()).unwrap(),
            event
        );
    }
}
