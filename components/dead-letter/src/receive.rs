//! POST /api/events/dead-letter: keeps the event whole, with its reason, and alerts once.

use crate::{again, alert, diagnosis};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use domain::UserId;
use domain::event::{CloudEvent, Malformed};
use events::ack::Ack;
use events::{consume, topology};
use platform::{DbError, Reply, Request, log};
use serde_json::Value;
use std::hash::{DefaultHasher, Hash, Hasher};
use storage::dead_letters::{self, DeadLetter};
use storage::{Store, redeliveries};
use web::access;

/// The longest name that Kafka gives a topic.
const MAX_TOPIC: usize = 249;

pub(crate) async fn receive(request: Request) -> Reply {
    if let Some(reply) = access::refuse_sidecar(&request) {
        return reply;
    }
    let body = unwrap(request.body());
    let event = consume::parse(&body);
    match again::schedule(&body, record(&request).as_deref()).await {
        Ok(true) => return Ack::Success("comes again".to_owned()).into(),
        Ok(false) => {}
        Err(error) => return not_kept(&error),
    }
    match keep(&request, &body, event).await {
        Ok(Some(letter)) => {
            log::error(alert::line(&letter));
            let ack = Ack::Success("kept".to_owned());
            Reply::from(ack).then(alert::call_webhook(letter))
        }
        Ok(None) => Ack::Success("duplicate".to_owned()).into(),
        Err(error) => not_kept(&error),
    }
}

fn not_kept(error: &DbError) -> Reply {
    log::error(format!("dead letter not kept, it comes again: {error}"));
    Ack::Retry("the database does not answer".to_owned()).into()
}

/// The record as it stood in the topic: the sidecar wraps a raw one in an event of its own.
fn unwrap(body: &[u8]) -> Vec<u8> {
    let wrapper: Option<Value> = serde_json::from_slice(body).ok();
    let data = wrapper
        .as_ref()
        .and_then(|event| event.get("data_base64")?.as_str());
    data.and_then(|data| STANDARD.decode(data).ok())
        .unwrap_or_else(|| body.to_vec())
}

/// A header in which Dapr's Kafka component says where a record stands. It keeps those of the first topic when it moves a record
/// to the dead-letter topic.
fn header<'a>(request: &'a Request, name: &str) -> Option<&'a str> {
    request.headers().get(name)?.to_str().ok()
}

/// The record that failed, as it stood in its first topic. It is the same however often it comes from the dead-letter topic; a
/// replay is another record. A topic may be made anew, so its time is part of the name.
fn record(request: &Request) -> Option<String> {
    let number = |name| header(request, name)?.parse::<i64>().ok();
    let topic = header(request, "__topic").filter(|topic| topic.len() <= MAX_TOPIC)?;
    Some(format!(
        "{topic}/{}/{}/{}",
        number("__partition")?,
        number("__offset")?,
        number("__timestamp")?,
    ))
}

/// `None` when it is kept already.
async fn keep(
    request: &Request,
    body: &[u8],
    event: Result<CloudEvent, Malformed>,
) -> Result<Option<DeadLetter>, DbError> {
    let store = Store::open();
    let mut letter = match event {
        Ok(event) => {
            let reason = diagnosis::reason(&store, &event).await?;
            DeadLetter {
                reason,
                ..of_event(body, &event)
            }
        }
        Err(error) => DeadLetter {
            reason: error.to_string(),
            ..of_bytes(body)
        },
    };
    if let Some(topic) = header(request, "__topic") {
        letter.topic = topic.to_owned();
    }
    if let Some(kept) = dead_letters::find(&store, &letter.id).await?
        && !same_event(&kept, &letter)
    {
        // Only one event of an id can be put back into the outbox.
        letter.id = format!("{}-{}", letter.id, digest(body));
        letter.event_id = None;
    }
    let record = match record(request) {
        None => redeliveries::record(&store, &letter.id).await?,
        record => record,
    };
    let kept = dead_letters::keep(&store, &letter, record.as_deref()).await?;
    Ok(kept.then_some(letter))
}

/// Whether two records are one event: a sidecar adds attributes and orders them anew. Ids are unique per source, and
/// a producer that uses one for all its events loses none here.
fn same_event(one: &DeadLetter, other: &DeadLetter) -> bool {
    let (one, other) = (one.event.as_deref(), other.event.as_deref());
    same_record(one.unwrap_or_default(), other.unwrap_or_default())
}

/// The same of the records as they came.
pub(crate) fn same_record(one: &str, other: &str) -> bool {
    let identity = |text: &str| {
        let event = CloudEvent::parse(text.as_bytes()).ok()?;
        Some((event.source, event.event_type, event.data))
    };
    one == other || identity(one).is_some_and(|one| Some(one) == identity(other))
}

fn of_event(body: &[u8], event: &CloudEvent) -> DeadLetter {
    DeadLetter {
        id: event.id.clone(),
        event_id: Some(event.id.clone()),
        user_id: user_of(event),
        event_type: event.event_type.clone(),
        topic: topology::topic_name_of_type(&event.event_type),
        ..of_bytes(body)
    }
}

/// Whose event it is; empty when unknown. Anything can stand there, also what no database takes.
pub(crate) fn user_of(event: &CloudEvent) -> String {
    let data = event.data.get("user_id").and_then(Value::as_str);
    let user = event.partitionkey.as_deref().or(data).unwrap_or_default();
    UserId::parse(user).map_or_else(|_| String::new(), |user| user.to_string())
}

/// Something that is no event: named after its content, so that the same one is kept once.
fn of_bytes(body: &[u8]) -> DeadLetter {
    DeadLetter {
        id: format!("malformed-{}", digest(body)),
        event_id: None,
        user_id: String::new(),
        event_type: String::new(),
        topic: String::new(),
        event: Some(text(body)),
        reason: String::new(),
        received_at: platform::now(),
        replayed_at: None,
        failed_again: 0,
    }
}

/// The record as text. What is none, or has the NUL that PostgreSQL cannot store, becomes a data URL (RFC 2397).
fn text(body: &[u8]) -> String {
    match std::str::from_utf8(body) {
        Ok(text) if !text.contains('\0') => text.to_owned(),
        _ => format!(
            "data:application/octet-stream;base64,{}",
            STANDARD.encode(body)
        ),
    }
}

fn digest(body: &[u8]) -> String {
    let mut hasher = DefaultHasher::new();
    body.hash(&mut hasher);
    format!("{:016x}", hasher.finish())
}
