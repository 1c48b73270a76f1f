//! POST /api/events/tasks/deleted: acknowledges `task.deleted`; reminders are not built yet.

use domain::event::EventType;
use events::subscriber::{self, Delivery, Failure, Outcome};
use platform::{Reply, Request};

platform::component!(handle);

async fn handle(request: Request) -> Reply {
    subscriber::handle(request, EventType::TaskDeleted, effect).await
}

async fn effect(delivery: Delivery) -> Result<Outcome, Failure> {
    delivery.task().await?;
    Ok(Outcome::Nothing("acknowledged"))
}
