//! Reminders fire by the cron binding at their time: one notification each, whatever comes twice; none for a task that
//! does not wait any more.

use std::time::{Duration, Instant};

use chrono::{DateTime, SecondsFormat, TimeDelta, Utc};
use e2e::{Event, Stack, User, id_of, patiently, report};
use serde_json::{Value, json};

/// The cron binding comes every five seconds; the rest is a busy machine's.
const AFTER_ITS_TIME: Duration = Duration::from_secs(10);

/// A task whose reminder, 24 hours before, is due in so many seconds; and that time.
fn create(user: &User, seconds: i64) -> (Value, DateTime<Utc>) {
    let remind_at = Utc::now() + TimeDelta::seconds(seconds);
    let due = (remind_at + TimeDelta::hours(24)).to_rfc3339_opts(SecondsFormat::Millis, true);
    let body = json!({"title": format!("due in a day and {seconds} s"), "due_date": due});
    (user.create(&body), remind_at)
}

/// Counted in the database: reading the notifications would itself fire what is due.
fn notifications(stack: &Stack, task: &Value) -> u64 {
    let id = id_of(task);
    stack.count(&format!(
        "SELECT count(*) FROM notifications WHERE task_id = '{id}'"
    ))
}

fn wait_for_notification(stack: &Stack, task: &Value, remind_at: DateTime<Utc>) -> Duration {
    let until = (remind_at - Utc::now()).to_std().unwrap_or_default();
    patiently(until + AFTER_ITS_TIME, "the notification", || {
        (notifications(stack, task) > 0).then_some(())
    });
    (Utc::now() - remind_at).to_std().unwrap_or_default()
}

fn listed(user: &User) -> Vec<Value> {
    let path = format!("/api/{}/notifications", user.id);
    let list = user.client.get(&path).expect(200).json();
    list["items"].as_array().expect("items").clone()
}

#[test]
fn a_task_due_in_a_day_and_two_seconds_is_notified_once_also_when_delivered_twenty_times() {
    let stack = Stack::get();
    let user = stack.user();
    let (task, remind_at) = create(&user, 2);
    let late = wait_for_notification(&stack, &task, remind_at);
    report(&format!(
        "a reminder's notification came {late:.1?} after its time"
    ));

    let mut triggered = stack.events("reminders");
    triggered.retain(|event| event.kind() == "reminder.triggered" && event.task() == id_of(&task));
    assert_eq!(triggered.len(), 1, "{triggered:?}");
    assert_eq!(triggered[0].record.key.as_deref(), Some(user.id.as_str()));
    let again = triggered[0].record.value.as_str();

    // After the twenty comes one of another task in the same partition: when that has had its effect, all have.
    let (fence, _) = create(&user, 3600);
    let mut last = Event {
        json: triggered[0].json.clone(),
    };
    last = last
        .with("id", json!(e2e::new_id()))
        .with("subject", fence["id"].clone());
    for field in ["task_id", "due_date"] {
        let value = if field == "task_id" { "id" } else { field };
        last = last.with_data(field, fence[value].clone());
    }
    let last = last.json.to_string();
    let mut records = vec![(user.id.as_str(), again); 20];
    records.push((user.id.as_str(), &last));
    stack.produce("reminders", &records);
    patiently(Duration::from_secs(20), "the last delivery", || {
        (notifications(&stack, &fence) > 0).then_some(())
    });
    assert_eq!(notifications(&stack, &task), 1);
    let of_task = listed(&user)
        .into_iter()
        .filter(|item| item["task_id"] == task["id"]);
    assert_eq!(of_task.count(), 1);
}

#[test]
fn completing_deleting_or_moving_a_task_in_between_leaves_no_notification() {
    let stack = Stack::get();
    let user = stack.user();
    let seconds = 4;
    let (completed, _) = create(&user, seconds);
    let (deleted, _) = create(&user, seconds);
    let (moved, _) = create(&user, seconds);
    let scheduled = |task: &Value| {
        let id = id_of(task);
        stack.count(&format!(
            "SELECT count(*) FROM reminders WHERE task_id = '{id}' AND remind_at IS NOT NULL"
        ))
    };
    patiently(Duration::from_secs(10), "three reminders", || {
        let all = [&completed, &deleted, &moved].map(scheduled);
        (all == [1, 1, 1]).then_some(())
    });
    user.complete(id_of(&completed));
    user.delete(id_of(&deleted)).expect(204);
    let later = (Utc::now() + TimeDelta::days(30)).to_rfc3339_opts(SecondsFormat::Millis, true);
    user.patch(id_of(&moved), &json!({"due_date": later}))
        .expect(200);

    // The one that stays is due after them: when it was fired, they would have been.
    let (stays, remind_at) = create(&user, seconds + 1);
    wait_for_notification(&stack, &stays, remind_at);
    for task in [&completed, &deleted, &moved] {
        assert_eq!(notifications(&stack, task), 0, "{task}");
    }
    let listed = listed(&user);
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
            let (task, remind_at) = create(&users[n % 2], 3);
            (n % 2, task, remind_at)
        })
        .collect();
    for (_, task, remind_at) in &tasks {
        wait_for_notification(&stack, task, *remind_at);
    }
    // A second round of the cron bindings of both, and what they might have published.
    let (last, remind_at) = create(&users[0], 1);
    wait_for_notification(&stack, &last, remind_at);
    report(&format!(
        "ten reminders by two replicas took {:.1?}",
        begun.elapsed()
    ));
    let triggered = stack.events("reminders");
    for (user, task, _) in &tasks {
        assert_eq!(notifications(&stack, task), 1);
        let fired = triggered
            .iter()
            .filter(|event| event.kind() == "reminder.triggered" && event.task() == id_of(task));
        assert_eq!(fired.count(), 1, "fired once");
        assert!(
            listed(&users[*user])
                .iter()
                .any(|item| item["task_id"] == task["id"])
        );
    }
}
