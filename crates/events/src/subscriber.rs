//! What every event component does around its effect: who calls, is it an event, is it ours to handle, and what to
//! answer when it is done.

use crate::answer::Answer;
use crate::bus::chain;
use crate::routes::{self, Route};
use crate::{Stamp, after_change, reminders};
use domain::Task;
use domain::event::{CloudEvent, EventData, EventType, HANDLER_SOURCE, Malformed, Topic};
use http::{Method, StatusCode};
use platform::{DbError, Reply, Request, log};
use storage::{Store, tasks};
use web::{Problem, access};

/// A delivered event whose envelope and common fields are in order.
pub struct Delivery {
    /// The event.
    pub event: CloudEvent,
    /// Which task of which user.
    pub data: EventData,
    /// The open database.
    pub store: Store,
    /// For what the component changes because of the event.
    pub stamp: Stamp,
}

impl Delivery {
    /// The event's task as it is now; `None` when it is gone.
    ///
    /// # Errors
    /// [`Failure::Malformed`] when it is another user's.
    pub async fn task(&self) -> Result<Option<Task>, Failure> {
        let task = tasks::get(&self.store, self.data.task_id).await?;
        match task {
            Some(task) if task.user_id != self.data.user_id => Err(Failure::Malformed(
                "data.user_id is not the owner of the task".to_owned(),
            )),
            task => Ok(task),
        }
    }
}

/// The effect of an event that concerns the task's reminder and nothing else.
///
/// # Errors
/// [`Failure`].
pub async fn sync_reminder(delivery: Delivery) -> Result<Outcome, Failure> {
    let Some(task) = delivery.task().await? else {
        return Ok(Outcome::Nothing("task gone"));
    };
    if reminders::sync(&delivery.store, &task, &delivery.stamp).await? {
        Ok(Outcome::Changed("reminder brought in line"))
    } else {
        Ok(Outcome::Nothing("reminder in line"))
    }
}

/// What an effect came to.
pub enum Outcome {
    /// Something changed, and its events wait in the outbox.
    Changed(&'static str),
    /// There was nothing to do.
    Nothing(&'static str),
}

/// Why an effect did not happen.
pub enum Failure {
    /// It never can.
    Malformed(String),
    /// It may, another time.
    Database(DbError),
}

impl From<Malformed> for Failure {
    fn from(error: Malformed) -> Self {
        Self::Malformed(error.to_string())
    }
}

impl From<DbError> for Failure {
    fn from(error: DbError) -> Self {
        Self::Database(error)
    }
}

/// Handles a delivery of `event_type` by `effect`.
pub async fn handle<F>(request: Request, event_type: EventType, effect: F) -> Reply
where
    F: AsyncFnOnce(Delivery) -> Result<Outcome, Failure>,
{
    if let Some(reply) = refusal(&request) {
        return reply;
    }
    match accept(&request, event_type, effect).await {
        Ok(Outcome::Changed(outcome)) => success(outcome).then(after_change()),
        Ok(Outcome::Nothing(outcome)) => success(outcome),
        Err(Failure::Malformed(reason)) => dropped(&request, &reason),
        Err(Failure::Database(error)) => {
            log::error(format!("event comes again: {error}"));
            Answer::Retry("the database does not answer".to_owned()).into()
        }
    }
}

async fn accept<F>(request: &Request, event_type: EventType, effect: F) -> Result<Outcome, Failure>
where
    F: AsyncFnOnce(Delivery) -> Result<Outcome, Failure>,
{
    let event = CloudEvent::parse(request.body())?;
    if event.kind() != Some(event_type) {
        return Ok(Outcome::Nothing("not a type for this component"));
    }
    if event_type.topic() == Topic::Tasks && event.source == HANDLER_SOURCE {
        return Ok(Outcome::Nothing(
            "made by an event component: no circular trigger",
        ));
    }
    let data = EventData::of(&event)?;
    let store = Store::open().await?;
    let stamp = Stamp::handler(event.traceparent.as_deref());
    effect(Delivery {
        event,
        data,
        store,
        stamp,
    })
    .await
}

/// Hands any event of a topic on to the component of its type; a type without one is acknowledged.
pub async fn dispatch(request: Request, topic: Topic) -> Reply {
    if let Some(reply) = refusal(&request) {
        return reply;
    }
    let event = match CloudEvent::parse(request.body()) {
        Ok(event) => event,
        Err(error) => return dropped(&request, &error.to_string()),
    };
    match event
        .kind()
        .filter(|kind| kind.topic() == topic)
        .map(routes::of_type)
    {
        Some(Some(route)) => forward(route, request.body()).await,
        Some(None) => success("acknowledged"),
        None => success("unknown type"),
    }
}

async fn forward(route: Route, event: &[u8]) -> Reply {
    let answer = chain(route, event).await.unwrap_or_else(|error| {
        log::error(format!(
            "{} not reached, the event comes again: {error}",
            route.component
        ));
        Answer::Retry(format!("{} not reached", route.component))
    });
    answer.into()
}

/// The reply to a call that is no delivery; `None` for one that is. Dapr asks with OPTIONS whether a route exists.
pub fn refusal(request: &Request) -> Option<Reply> {
    if let Err(problem) = access::machine(request) {
        return Some(problem.into());
    }
    match *request.method() {
        Method::POST => None,
        Method::OPTIONS => Some(web::body::empty(StatusCode::OK).into()),
        _ => Some(Problem::method_not_allowed("POST, OPTIONS").into()),
    }
}

fn success(outcome: &str) -> Reply {
    Answer::Success(outcome.to_owned()).into()
}

fn dropped(request: &Request, reason: &str) -> Reply {
    let event = CloudEvent::parse(request.body());
    let name = event.map_or_else(
        |_| "?".to_owned(),
        |event| format!("{} {}", event.event_type, event.id),
    );
    log::error(format!(
        "event dropped, it goes to the dead letters: {name}: {reason}"
    ));
    Answer::Drop(reason.to_owned()).into()
}
