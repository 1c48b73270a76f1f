//! A notification as the API shows it.

use domain::time;
use serde::Serialize;
use storage::notifications::Notification;
use uuid::Uuid;

#[derive(Serialize)]
pub(crate) struct View<'a> {
    id: Uuid,
    task_id: Uuid,
    task_title: &'a str,
    due_date: String,
    remind_at: String,
    created_at: String,
    read: bool,
    read_at: Option<String>,
}

pub(crate) fn view(notification: &Notification) -> View<'_> {
    View {
        id: notification.id,
        task_id: notification.task_id,
        task_title: &notification.task_title,
        due_date: time::format(notification.due_date),
        remind_at: time::format(notification.remind_at),
        created_at: time::format(notification.created_at),
        read: notification.read_at.is_some(),
        read_at: notification.read_at.map(time::format),
    }
}
