//! Events that come again when a reminder's time has come and nobody has fired it yet.

use chrono::{TimeDelta, Utc};
use e2e::{LocalHost, User, assert_acknowledged, deliver, id_of};
use serde_json::json;

use crate::shared::let_hours_pass;

#[test]
fn every_event_again_takes_a_due_reminder_not_back() {
    let host = LocalHost::start("reminders-late");
    let user = User::new(host.client());
    let (task, _) = user.create_reminded_in(TimeDelta::hours(1));
    user.patch(id_of(&task), &json!({"title": "renamed"}))
        .expect(200);
    user.wait_until_handled();
    let_hours_pass(&host, &user, 2);
    user.patch(id_of(&task), &json!({"title": "renamed again"}))
        .expect(200);
    for kind in ["task.created", "task.updated"] {
        for event in user.events_of(&task, kind) {
            let reply = deliver(
                &user.client,
                "/api/events/tasks",
                event.to_string().as_bytes(),
            );
            assert_acknowledged(&reply, "SUCCESS");
        }
    }
    assert_eq!(user.events_of(&task, "reminder.triggered").len(), 0);
    user.wait_for_notification(&task, Utc::now());
    assert_eq!(user.events_of(&task, "reminder.triggered").len(), 1);
    assert_eq!(user.events_of(&task, "reminder.scheduled").len(), 1);
}
