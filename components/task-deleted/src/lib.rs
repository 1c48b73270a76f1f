//! POST /api/events/tasks/deleted: cancels the reminder of a deleted task.

use domain::event::EventType;
use events::consume::{self, sync_reminder};
use platform::{Reply, Request};

platform::component!(handle);

async fn handle(request: Request) -> Reply {
    consume::handle(request, EventType::TaskDeleted, sync_reminder).await
}
