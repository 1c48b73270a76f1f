//! POST /api/events/tasks/created: sets the reminder of a new task.

use domain::event::{CreatedData, EventType};
use events::consume::{self, Delivery, Effect, Failure, sync_reminder};
use platform::{Reply, Request};

platform::component!(handle);

async fn handle(request: Request) -> Reply {
    consume::handle(request, EventType::TaskCreated, effect).await
}

async fn effect(delivery: Delivery) -> Result<Effect, Failure> {
    if CreatedData::of(&delivery.event)?.without_reminder {
        // Most tasks: the database is not asked. Nothing older could have set one.
        return Ok(Effect::Skipped("no reminder"));
    }
    sync_reminder(delivery).await
}
