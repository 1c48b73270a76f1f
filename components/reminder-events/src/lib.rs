//! POST /api/events/reminders: any reminder event; `reminder.scheduled` is acknowledged, others are handed on.

use domain::event::Topic;
use events::consume::dispatch;
use platform::{Reply, Request};

platform::component!(handle);

async fn handle(request: Request) -> Reply {
    dispatch(request, Topic::Reminders).await
}
