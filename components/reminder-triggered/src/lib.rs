//! POST /api/events/reminders/triggered: the in-app notification, once per task and time of the reminder.

use domain::event::{EventType, TriggeredData};
use events::consume::{self, Delivery, Effect, Failure};
use platform::{Reply, Request};
use storage::notifications::{self, Notification};

platform::component!(handle);

async fn handle(request: Request) -> Reply {
    consume::handle(request, EventType::ReminderTriggered, effect).await
}

async fn effect(delivery: Delivery) -> Result<Effect, Failure> {
    let data = TriggeredData::of(&delivery.event)?;
    if delivery.task().await?.is_none() {
        return Ok(Effect::Skipped("task gone"));
    }
    let notification = Notification {
        id: platform::new_id(),
        task_id: delivery.data.task_id,
        remind_at: data.remind_at,
        task_title: data.task_title,
        due_date: data.due_date,
        created_at: delivery.stamp.now,
        read_at: None,
    };
    let created =
        notifications::insert(&delivery.store, &delivery.data.user_id, &notification).await?;
    Ok(Effect::Skipped(if created {
        "notification created"
    } else {
        "duplicate, or the task is done or moved"
    }))
}
