//! POST /api/events/dead-letter: one alert line for each dead letter. Keeping, listing and replaying are not built yet.

use domain::event::CloudEvent;
use events::answer::Answer;
use events::subscriber;
use platform::{Reply, Request, log};

platform::component!(handle);

async fn handle(request: Request) -> Reply {
    if let Err(reply) = subscriber::admit(&request) {
        return reply;
    }
    let event = match CloudEvent::parse(request.body()) {
        Ok(event) => format!("{} {}", event.event_type, event.id),
        Err(error) => format!("not an event: {error}"),
    };
    log::error(format!("DLQ ALERT {event}: manual review required"));
    Answer::Success("alerted".to_owned()).into_response().into()
}
