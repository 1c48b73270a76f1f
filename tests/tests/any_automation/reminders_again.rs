//! Events of reminders that come again, late or out of order.

use chrono::{DateTime, TimeDelta, Utc};
use e2e::{Event, User, api_time, assert_acknowledged, at_once, deliver, id_of, user};
use serde_json::{Value, json};

const NONE: [Value; 0] = [];
const TRIGGERED: &str = "/api/events/reminders/triggered";

/// The event that fires a reminder, as the backend would publish it.
pub(super) fn triggered(task: &Value, remind_at: DateTime<Utc>) -> Event {
    Event::of("reminder.triggered", task)
        .with("source", json!("handler"))
        .with_data("remind_at", json!(api_time(remind_at)))
        .with_data("task_title", task["title"].clone())
        .with_data("due_date", task["due_date"].clone())
}

/// Delivers a published event again.
#[track_caller]
fn again(user: &User, event: &Value, route: &str) {
    let reply = deliver(&user.client, route, event.to_string().as_bytes());
    assert_acknowledged(&reply, "SUCCESS");
}

#[test]
fn twenty_deliveries_of_its_event_leave_one_notification() {
    let user = user();
    let (task, remind_at) = user.create_reminded_in(TimeDelta::seconds(2));
    let first = user.wait_for_notification(&task, remind_at);
    let event = user.events_of(&task, "reminder.triggered").remove(0);
    at_once(20, |n| {
        again(&user, &event, [TRIGGERED, "/api/events/reminders"][n % 2]);
    });
    assert_eq!(user.notifications_of(&task), [first]);
}

#[test]
fn twenty_events_at_once_for_one_reminder_leave_one_notification() {
    let user = user();
    let (task, remind_at) = user.create_reminded_in(TimeDelta::days(1));
    at_once(20, |_| {
        triggered(&task, remind_at).deliver_successfully(&user.client, TRIGGERED)
    });
    assert_eq!(user.notifications_of(&task).len(), 1);
}

#[test]
fn its_event_makes_none_for_a_task_that_waits_no_more() {
    let user = user();
    let [completed, deleted, moved, kept] =
        [(); 4].map(|()| user.create_reminded_in(TimeDelta::days(1)));
    user.complete(id_of(&completed.0));
    user.delete(id_of(&deleted.0)).expect(204);
    user.patch(
        id_of(&moved.0),
        &json!({"due_date": "2031-01-01T09:00:00Z"}),
    )
    .expect(200);
    for (task, remind_at) in [&completed, &deleted, &moved, &kept] {
        triggered(task, *remind_at).deliver_successfully(&user.client, TRIGGERED);
    }
    for (task, _) in [&completed, &deleted, &moved] {
        assert_eq!(user.notifications_of(task), NONE);
    }
    // The task alone made the difference.
    assert_eq!(user.notifications_of(&kept.0).len(), 1);
}

#[test]
fn a_malformed_one_is_dropped_and_makes_none() {
    let user = user();
    let (task, remind_at) = user.create_reminded_in(TimeDelta::days(1));
    let good = triggered(&task, remind_at);
    let stranger = e2e::unique_user_id();
    let bad = [
        good.clone().without_data("remind_at"),
        good.clone().with_data("remind_at", json!("tomorrow")),
        good.clone().without_data("task_title"),
        good.clone().with_data("due_date", json!(7)),
        good.clone().with_data("task_id", json!("x")),
        good.clone().with_data("user_id", json!(stranger)),
        good.with("partitionkey", json!(stranger))
            .with_data("user_id", json!(stranger)),
    ];
    for event in bad {
        for route in [TRIGGERED, "/api/events/reminders"] {
            assert_acknowledged(&event.deliver(&user.client, route), "DROP");
        }
    }
    assert_eq!(user.notifications_of(&task), NONE);
}

#[test]
fn task_created_again_leaves_the_moved_reminder() {
    let user = user();
    let (task, _) = user.create_reminded_in(TimeDelta::days(1));
    user.wait_for_reminder(&task);
    let created = user.events_of(&task, "task.created").remove(0);
    let remind_at = user.move_reminder_to_in(&task, TimeDelta::seconds(3));
    user.wait_for_reminders(&task, 2);
    for route in ["/api/events/tasks/created", "/api/events/tasks"] {
        again(&user, &created, route);
    }
    let notification = user.wait_for_notification(&task, remind_at);
    assert_eq!(notification["remind_at"], api_time(remind_at));
    assert_eq!(user.events_of(&task, "reminder.scheduled").len(), 2);
    assert_eq!(user.events_of(&task, "reminder.triggered").len(), 1);
}
