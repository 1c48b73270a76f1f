//! An event of the outbox, and what it tells of.

use domain::event::{CloudEvent, EventData, HANDLER_SOURCE};

use super::history::{Kind, OutboxRow};

/// One event of the outbox about a task or its reminder.
#[derive(Clone, Debug)]
pub struct Told {
    /// Its place in the order of the events.
    pub seq: i64,
    /// The event.
    pub event: CloudEvent,
    /// Which task, which version.
    pub data: EventData,
    /// What happened; `None` of a reminder.
    pub kind: Option<Kind>,
}

impl Told {
    /// Whether an event component caused it.
    pub fn by_handler(&self) -> bool {
        self.event.source == HANDLER_SOURCE
    }

    /// `None` when it is not an event of ours, or not the one that its row says.
    pub(super) fn read(row: &OutboxRow) -> Option<Self> {
        let event: CloudEvent = serde_json::from_str(&row.event).ok()?;
        let data = EventData::of(&event).ok()?;
        let completed = event.data["completed"].as_bool();
        let restored = event.data["changed_fields"] == serde_json::json!(["deleted_at"]);
        let kind = match (row.kind.as_str(), completed) {
            ("task.created", _) => Some(Kind::Create),
            ("task.updated", _) if restored => Some(Kind::Restore),
            ("task.updated", _) => Some(Kind::Edit),
            ("task.completed", Some(true)) => Some(Kind::Complete),
            ("task.completed", _) => Some(Kind::Reopen),
            ("task.deleted", _) => Some(Kind::Delete),
            _ => None,
        };
        (event.id == row.event_id
            && event.event_type == row.kind
            && data.user_id.as_str() == row.user_id)
            .then_some(Self {
                seq: row.seq,
                event,
                data,
                kind,
            })
    }
}
