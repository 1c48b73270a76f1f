//! POST /api/:user_id/tasks with an `Idempotency-Key` (draft-ietf-httpapi-idempotency-key-header): however often a request
//! comes, it makes one task and gets one answer.

use crate::{create, reply};
use http::{HeaderMap, HeaderValue, StatusCode};
use platform::Reply;
use serde_json::{Map, Value};
use storage::idempotency::{self, First, Keyed};
use web::{Call, Problem};

/// The header's name.
pub(crate) const HEADER: &str = "idempotency-key";

const MAX_LENGTH: usize = 255;

/// How often it is tried again when a key was taken and a moment later is gone.
const ATTEMPTS: u32 = 3;

/// The key of a request, if it has one. Quotation marks around it do not count: they make it the structured field that the
/// draft has in mind, while many clients leave them out.
pub(crate) fn key(headers: &HeaderMap) -> Result<Option<String>, Problem> {
    let mut values = headers.get_all(HEADER).iter();
    match (values.next(), values.next()) {
        (None, _) => Ok(None),
        (Some(value), None) => read(value).map(Some).ok_or_else(malformed),
        _ => Err(malformed()),
    }
}

fn read(value: &HeaderValue) -> Option<String> {
    let text = value.to_str().ok()?;
    let quoted = text
        .strip_prefix('"')
        .and_then(|rest| rest.strip_suffix('"'));
    let key = quoted.unwrap_or(text);
    let visible = key.bytes().all(|byte| byte.is_ascii_graphic());
    (visible && (1..=MAX_LENGTH).contains(&key.len())).then(|| key.to_owned())
}

fn malformed() -> Problem {
    Problem::new(
        StatusCode::BAD_REQUEST,
        format!("Idempotency-Key must be one header of 1 to {MAX_LENGTH} visible ASCII characters"),
    )
}

/// Makes the task, unless the key has made one: then the answer is the first one again.
pub(crate) async fn create(
    call: &Call,
    input: &Map<String, Value>,
    key: String,
) -> Result<Reply, Problem> {
    for _ in 0..ATTEMPTS {
        let (task, event, now) = create::decide(call, input)?;
        let response = reply::created(&task, now);
        let keyed = Keyed {
            key: key.clone(),
            request: task.asked().to_json(),
            answer: String::from_utf8_lossy(response.body()).into_owned(),
        };
        if let Some(drained) = idempotency::insert(&call.store, &task, &event, &keyed).await? {
            return Ok(reply::finish(response, &call.user, Some(drained)));
        }
        // None: it has expired and was purged since, or its user was erased.
        if let Some(first) = idempotency::find(&call.store, &call.user, &key).await? {
            let same = task.asked().same_as(&first.request);
            return if same {
                Ok(again(call, first))
            } else {
                Err(other_request())
            };
        }
    }
    Err(Problem::conflict(
        "the Idempotency-Key is being removed; try again",
    ))
}

fn again(call: &Call, first: First) -> Reply {
    let response = reply::created_before(&call.user, first.task_id, first.answer);
    reply::read(response)
}

fn other_request() -> Problem {
    Problem::new(
        StatusCode::UNPROCESSABLE_ENTITY,
        "this Idempotency-Key was used for another request within the last 24 hours",
    )
}
