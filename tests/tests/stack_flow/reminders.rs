//! Reminders fire by the cron binding at their time: one notification each, whatever comes twice; none for a task that
//! does not wait any more.

use std::time::{Duration, Instant};

use chrono::{DateTime, TimeDelta, Utc};
use e2e::{
    Event, KafkaEvent, SOON, Stack, User, api_time, eventually, first_occurrences, id_of, report,
    soon_after,
};
use serde_json::{Value, json};

/// Counted in the database: reading the notifications would itself fire what is due.
fn notifications(stack: &Stack, task: &Value) -> u64 {
    let id = id_of(task);
    stack.count(&format!(
        "SELECT count(*) FROM notifications WHERE task_id = '{id}'"
    ))
}

fn wait_for_notification(stack: &Stack, task: &Value, remind_at: DateTime<Utc>) -> Duration {
    eventually(soon_after(remind_at), "the notification", || {
        (notifications(stack, task) > 0).then_some(())
    });
    (Utc::now() - remind_at).to_std().unwrap_or_default()
}

/// Each reminder of the task that fired, by the event that says so: it may have been published more than once.
fn fired<'a>(events: &'a [KafkaEvent], task: &Value) -> Vec<&'a KafkaEvent> {
    let of_task: Vec<&KafkaEvent> = events
        .iter()
        .filter(|event| event.kind() == "reminder.triggered" && event.task() == id_of(task))
        .collect();
    first_occurrences(&of_task)
}

/// Makes everything of a user so many days older, as if that time had gone by.
fn let_days_pass(stack: &Stack, user: &User, days: u32) {
    let (id, time) = (&user.id, format!("interval '{days} days'"));
    stack.sql(&format!(
        "WITH older AS (UPDATE tasks SET due_date = due_date - {time}, remind_at = remind_at - {time}, created_at = created_at - {time}, \
         updated_at = updated_at - {time} WHERE user_id = '{id}') \
         UPDATE reminders SET due_date = due_date - {time}, remind_at = remind_at - {time} WHERE user_id = '{id}'"
    ));
}

#[test]
fn a_task_due_in_a_day_and_two_seconds_is_notified_once_also_when_delivered_twenty_times() {
    let stack = Stack::get();
    let user = stack.user();
    let (task, remind_at) = user.create_reminded_in(TimeDelta::seconds(2));
    let late = wait_for_notification(&stack, &task, remind_at);
    report(&format!(
        "a reminder's notification came {late:.1?} after its time"
    ));

    let reminders = stack.events("reminders");
    let triggered = fired(&reminders, &task);
    assert_eq!(triggered.len(), 1, "{triggered:?}");
    assert_eq!(triggered[0].record.key.as_deref(), Some(user.id.as_str()));
    let again = triggered[0].record.value.as_str();

    // After the twenty comes one of another task in the same partition: when that has had its effect, all have.
    let (fence, fence_at) = user.create_reminded_in(TimeDelta::hours(1));
    let mut last = Event {
        json: triggered[0].json.clone(),
    };
    last = last
        .with("id", json!(e2e::new_id()))
        .with("subject", fence["id"].clone());
    for (field, value) in [
        ("task_id", fence["id"].clone()),
        ("due_date", fence["due_date"].clone()),
        ("remind_at", json!(api_time(fence_at))),
    ] {
        last = last.with_data(field, value);
    }
    let last = last.json.to_string();
    let mut records = vec![(user.id.as_str(), again); 20];
    records.push((user.id.as_str(), &last));
    stack.produce("reminders", &records);
    eventually(SOON, "the last delivery", || {
        (notifications(&stack, &fence) > 0).then_some(())
    });
    assert_eq!(notifications(&stack, &task), 1);
    assert_eq!(user.notifications_of(&task).len(), 1);
}

#[test]
fn completing_deleting_or_moving_a_task_in_between_leaves_no_notification() {
    let stack = Stack::get();
    let user = stack.user();
    let [completed, deleted, moved, stays] =
        [(); 4].map(|()| user.create_reminded_in(TimeDelta::days(1)).0);
    for task in [&completed, &deleted, &moved, &stays] {
        user.wait_for_reminder(task);
    }
    user.complete(id_of(&completed));
    user.delete(id_of(&deleted)).expect(204);
    let later = api_time(Utc::now() + TimeDelta::days(30));
    user.patch(id_of(&moved), &json!({"due_date": later}))
        .expect(200);
    user.wait_until_handled();

    let_days_pass(&stack, &user, 2);
    // Whoever fires this one fires all that are due.
    wait_for_notification(&stack, &stays, Utc::now());
    for task in [&completed, &deleted, &moved] {
        assert_eq!(notifications(&stack, task), 0, "{task}");
    }
    let listed = user.items("/notifications");
    assert_eq!(listed.len(), 1, "{listed:?}");
    assert_eq!(listed[0]["task_id"], stays["id"]);
}

#[test]
fn two_replicas_on_one_database_notify_once_each() {
    let mut stack = Stack::get();
    stack.add_replica().expect("a second replica");
    let begun = Instant::now();
    let users = [User::new(stack.client_of(0)), User::new(stack.client_of(1))];
    let tasks: Vec<(usize, Value, DateTime<Utc>)> = (0..10)
        .map(|n| {
            let (task, remind_at) = users[n % 2].create_reminded_in(TimeDelta::seconds(3));
            (n % 2, task, remind_at)
        })
        .collect();
    for (_, task, remind_at) in &tasks {
        wait_for_notification(&stack, task, *remind_at);
    }
    // A second round of the cron bindings of both, and what they might have published.
    let (last, remind_at) = users[0].create_reminded_in(TimeDelta::seconds(2));
    wait_for_notification(&stack, &last, remind_at);
    report(&format!(
        "ten reminders by two replicas took {:.1?}",
        begun.elapsed()
    ));
    let triggered = stack.events("reminders");
    for (user, task, _) in &tasks {
        assert_eq!(notifications(&stack, task), 1);
        assert_eq!(fired(&triggered, task).len(), 1, "fired once");
        assert_eq!(users[*user].notifications_of(task).len(), 1);
    }
}
