//! POST /api/events/tasks/updated: moves or cancels the reminder when the change concerns it, and sets it again when the
//! task was restored.

use domain::event::{EventType, UpdatedData};
use events::consume::{self, Delivery, Effect, Failure, sync_reminder};
use platform::{Reply, Request};

/// A reminder follows from these fields, and from whether the task is there at all.
const CONCERNED: [&str; 3] = ["due_date", "remind_before_minutes", "deleted_at"];

platform::component!(handle);

async fn handle(request: Request) -> Reply {
    consume::handle(request, EventType::TaskUpdated, effect).await
}

async fn effect(delivery: Delivery) -> Result<Effect, Failure> {
    let data = UpdatedData::of(&delivery.event)?;
    if CONCERNED.iter().any(|field| data.changed(field)) {
        sync_reminder(delivery).await
    } else {
        Ok(Effect::Skipped("no field of the reminder changed"))
    }
}
