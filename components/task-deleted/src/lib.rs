//! POST /api/events/tasks/deleted: cancels the reminder of a deleted task.

use domain::event::EventType;
use events::subscriber::{self, sync_reminder};
use platform::{Reply, Request};

platform::component!(handle);

async fn handle(request: Request) -> Reply {
    subscriber::handle(request, EventType::TaskDeleted, sync_reminder).await
}
