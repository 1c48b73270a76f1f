//! What the sidecar answers: in the words of Dapr 1.18.

use super::Published;
use serde_json::{Value, json};

/// A reason that is the event's own fault, as Kafka words it: the only kind that counts as an attempt.
pub const TOO_LARGE: &str =
    "kafka server: Message was too large, server rejected it to avoid allocation error";

/// What the sidecar does with a publish call.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Answer {
    /// 204, and the event counts as published.
    Accept,
    /// 500 for everything.
    Refuse,
    /// Accepts the connection and says nothing until told something else.
    Hang,
    /// 500 for the events with this key, and for them alone.
    RefuseKey(String),
    /// The same, for this reason.
    RefuseKeyBecause(String, String),
    /// 403 for this topic, as the scopes of a component forbid it.
    ForbidTopic(String),
    /// 400 for a call with a body of more bytes than this, as Dapr answers when it stops reading.
    Limit(usize),
    /// This status for everything, from somebody who is not Dapr; nothing is taken.
    Status(u16),
}

impl Answer {
    /// The answer to a call as a whole, when nothing is said of its entries.
    pub(super) fn to_the_call(
        &self,
        entries: &[(Value, Published)],
        length: usize,
    ) -> Option<(u16, String)> {
        let error = |code: &str, message: &str| {
            json!({"errorCode": code, "message": message, "details": []}).to_string()
        };
        match self {
            Self::ForbidTopic(topic) if entries.iter().any(|(_, one)| one.topic == *topic) => {
                let message = format!("topic {topic} is not allowed for app id todo-backend");
                Some((403, error("ERR_PUBSUB_FORBIDDEN", &message)))
            }
            Self::Limit(bytes) if length > *bytes => {
                let message = "error when unmarshaling the request: stream too large";
                Some((400, error("ERR_PUBSUB_EVENTS_SER", message)))
            }
            Self::Status(status) => Some((*status, "ok".to_owned())),
            _ => None,
        }
    }

    /// Whether it takes this event.
    pub(super) fn takes(&self, one: &Published) -> bool {
        match self {
            Self::Refuse => false,
            Self::RefuseKey(key) | Self::RefuseKeyBecause(key, _) => {
                one.key.as_deref() != Some(key.as_str())
            }
            _ => true,
        }
    }

    /// The answer that lists the entries it does not take.
    pub(super) fn failure(&self, entry_ids: &[Value]) -> String {
        let reason = match self {
            Self::RefuseKeyBecause(_, reason) => reason,
            _ => "refused",
        };
        let failed: Vec<_> = entry_ids
            .iter()
            .map(|id| json!({"entryId": id, "error": reason}))
            .collect();
        json!({"failedEntries": failed, "errorCode": "ERR_PUBSUB_PUBLISH_MESSAGE"}).to_string()
    }
}
