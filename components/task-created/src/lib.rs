//! POST /api/events/tasks/created: sets the reminder of a new task.

use domain::event::EventType;
use events::consume::{self, sync_reminder};
use platform::{Reply, Request};

platform::component!(handle);

async fn handle(request: Request) -> Reply {
    consume::handle(request, EventType::TaskCreated, sync_reminder).await
}
