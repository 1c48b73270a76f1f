//! POST /api/events/tasks: any task event; hands it on to the component of its type.

use domain::event::Topic;
use events::consume::dispatch;
use platform::{Reply, Request};

platform::component!(handle);

async fn handle(request: Request) -> Reply {
    dispatch(request, Topic::Tasks).await
}
