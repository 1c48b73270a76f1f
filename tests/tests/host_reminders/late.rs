//! Events that come again when a reminder's time has come and nobody has fired it yet.

use chrono::{TimeDelta, Utc};
use e2e::{LocalHost, User, assert_acknowledged, deliver, id_of};
use serde_json::json;

#[test]
fn every_event_again_takes_a_due_reminder_not_back() {
    let host = LocalHost::start("reminders-late");
    let (user, clock) = (User::new(host.client()), User::new(host.client()));
    let (task, remind_at) = user.create_reminded_in(TimeDelta::seconds(3));
    user.wait_for_reminder(&task);
    user.patch(id_of(&task), &json!({"title": "renamed"}))
        .expect(200);
    // A reminder of another user, due a moment later, is the clock: reading as `user` would fire.
    let ahead = remind_at - Utc::now() + TimeDelta::milliseconds(50);
    let (after, at) = clock.create_reminded_in(ahead);
    clock.wait_for_notification(&after, at);
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
    user.wait_for_notification(&task, remind_at);
    assert_eq!(user.events_of(&task, "reminder.triggered").len(), 1);
    assert_eq!(user.events_of(&task, "reminder.scheduled").len(), 1);
}
