//! POST /jobs/trigger-reminders: a Dapr cron binding; acknowledges for now, reminders are not built yet.

use events::subscriber;
use http::StatusCode;
use platform::{Reply, Request};

platform::component!(handle);

async fn handle(request: Request) -> Reply {
    match subscriber::admit(&request) {
        Ok(()) => web::body::empty(StatusCode::OK).into(),
        Err(reply) => reply,
    }
}
