//! The envelope: CloudEvents 1.0 in structured JSON.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::{EventType, Malformed};

/// Longest attribute, in bytes: ours have under 130, and a database index takes no more than some 2,700.
const MAX_ATTRIBUTE: usize = 1024;

/// One event. Extension attributes that are not named here are dropped when parsing.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct CloudEvent {
    /// Always `1.0`.
    pub specversion: String,
    /// Unique per source.
    pub id: String,
    /// What happened; a text, because an unknown type is not an error. See [`CloudEvent::kind`].
    #[serde(rename = "type")]
    pub event_type: String,
    /// Who caused it.
    pub source: String,
    /// The task's id.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub subject: Option<String>,
    /// When it happened, RFC 3339.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub time: Option<String>,
    /// `application/json`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub datacontenttype: Option<String>,
    /// The user's id: what keeps a user's events in order (CloudEvents partitioning extension).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub partitionkey: Option<String>,
    /// The trace that the cause belongs to (W3C Trace Context, CloudEvents distributed tracing extension).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub traceparent: Option<String>,
    /// What the type says more about it.
    #[serde(default)]
    pub data: Value,
}

impl CloudEvent {
    /// Reads an incoming event's envelope; its data is judged by [`super::EventData::of`] and its kin.
    ///
    /// # Errors
    /// When the body is not JSON, `specversion` is not 1.0, `id`, `type` or `source` is missing, or an attribute is not a
    /// string as CloudEvents allows them (no control characters).
    pub fn parse(bytes: &[u8]) -> Result<Self, Malformed> {
        let value = serde_json::from_slice(bytes).map_err(|_| Malformed::NotJson)?;
        let Value::Object(mut event) = value else {
            return Err(Malformed::NotAnObject);
        };
        if event.get("specversion").and_then(Value::as_str) != Some("1.0") {
            return Err(Malformed::SpecVersion);
        }
        Ok(Self {
            specversion: "1.0".to_owned(),
            id: required(&mut event, "id")?,
            event_type: required(&mut event, "type")?,
            source: required(&mut event, "source")?,
            subject: optional(&mut event, "subject")?,
            time: optional(&mut event, "time")?,
            datacontenttype: optional(&mut event, "datacontenttype")?,
            partitionkey: optional(&mut event, "partitionkey")?,
            traceparent: optional(&mut event, "traceparent")?,
            data: event.remove("data").unwrap_or_default(),
        })
    }

    /// The type, when it is one of ours.
    #[must_use]
    pub fn kind(&self) -> Option<EventType> {
        EventType::parse(&self.event_type)
    }

    /// The event as structured JSON.
    #[must_use]
    pub fn to_json(&self) -> String {
        // Strings and a JSON value: there is nothing in it that serialising could refuse.
        serde_json::to_string(self).unwrap_or_default()
    }
}

fn required(event: &mut Map<String, Value>, name: &'static str) -> Result<String, Malformed> {
    optional(event, name)?.ok_or(Malformed::Attribute(name))
}

fn optional(
    event: &mut Map<String, Value>,
    name: &'static str,
) -> Result<Option<String>, Malformed> {
    match event.remove(name) {
        None | Some(Value::Null) => Ok(None),
        Some(Value::String(text)) if usable(&text) => Ok(Some(text)),
        Some(_) => Err(Malformed::Attribute(name)),
    }
}

fn usable(text: &str) -> bool {
    (1..=MAX_ATTRIBUTE).contains(&text.len()) && !text.contains(char::is_control)
}
