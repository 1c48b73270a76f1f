//! A reminder fires once: at its time, or at once when that has passed and the due date has not.

use chrono::{TimeDelta, Utc};
use e2e::{SOON, api_time, client, deliver, eventually, id_of, in_time, soon_after, user};
use serde_json::{Value, json};

#[test]
fn a_task_due_in_a_day_and_two_seconds_is_notified_once() {
    let user = user();
    let (task, remind_at) = user.create_reminded_in(TimeDelta::seconds(2));
    assert_eq!(task["remind_before_minutes"], 1440);
    let notification = user.wait_for_notification(&task, remind_at);
    assert!(Utc::now() >= remind_at, "too early");
    assert_eq!(notification["task_title"], task["title"]);
    assert_eq!(notification["due_date"], task["due_date"]);
    assert_eq!(notification["remind_at"], api_time(remind_at));
    assert_eq!(user.events_of(&task, "reminder.triggered").len(), 1);
    assert_eq!(user.notifications_of(&task).len(), 1);
}

#[test]
fn the_job_fires_without_anybody_reading() {
    let user = user();
    let (task, remind_at) = user.create_reminded_in(TimeDelta::seconds(2));
    user.wait_for_reminder(&task);
    let triggered = eventually(soon_after(remind_at), "its event", || {
        deliver(&user.client, "/jobs/trigger-reminders", b"").expect(200);
        // The history fires nothing by being read.
        user.events_of(&task, "reminder.triggered").pop()
    });
    assert!(Utc::now() >= remind_at, "too early");
    assert_eq!(triggered["source"], "handler");
    assert_eq!(triggered["data"]["remind_at"], api_time(remind_at));
    assert_eq!(triggered["data"]["task_title"], task["title"]);
    user.wait_for_notification(&task, remind_at);
}

#[test]
fn the_job_answers_the_probe_of_the_sidecar() {
    let client = client();
    let probe = client.call("OPTIONS", "/jobs/trigger-reminders");
    probe.send().expect(200);
    client.get("/jobs/trigger-reminders").expect(405);
}

#[test]
fn a_reminder_says_when_it_is_due_and_that_a_component_made_it() {
    let user = user();
    let body =
        json!({"title": "x", "due_date": "2031-01-01T09:00:00Z", "remind_before_minutes": 90});
    let task = user.create(&body);
    assert_eq!(task["remind_at"], "2031-01-01T07:30:00Z");
    let event = user.wait_for_reminder(&task);
    assert_eq!(event["source"], "handler");
    assert_eq!(event["data"]["remind_at"], "2031-01-01T07:30:00Z");
    assert_eq!(event["data"]["user_id"], user.id);
    assert_eq!(event["data"]["version"], 1);
}

#[test]
fn a_task_due_before_its_reminder_would_come_is_reminded_of_at_once_and_says_so() {
    let user = user();
    let due = api_time(Utc::now() + TimeDelta::hours(20));
    for minutes in [None, Some(3000)] {
        let mut body = json!({"title": "soon", "due_date": due});
        if let Some(minutes) = minutes {
            body["remind_before_minutes"] = json!(minutes);
        }
        let task = user.create(&body);
        assert_eq!(task["remind_at"], task["created_at"], "{task}");
        let notification = user.wait_for_notification(&task, Utc::now());
        assert_eq!(notification["remind_at"], task["remind_at"]);
        assert_eq!(user.task(id_of(&task)), task);
        assert_eq!(user.events_of(&task, "reminder.scheduled").len(), 1);
        assert_eq!(user.events_of(&task, "reminder.triggered").len(), 1);
    }
}

#[test]
fn without_a_due_date_without_minutes_or_when_overdue_there_is_none() {
    let user = user();
    let none: Vec<Value> = [
        json!({"title": "no due date"}),
        json!({"title": "no reminder", "due_date": "2031-01-01T09:00:00Z", "remind_before_minutes": null}),
        json!({"title": "overdue", "due_date": "2020-01-01T09:00:00Z"}),
    ]
    .map(|body| user.create(&body))
    .into();
    user.wait_until_handled();
    // One that has its reminder shows that the others would have theirs.
    let (last, remind_at) = user.create_reminded_in(TimeDelta::seconds(2));
    user.wait_for_notification(&last, remind_at);
    for task in none {
        assert_eq!(task["remind_at"], Value::Null);
        assert_eq!(
            user.events_of(&task, "reminder.scheduled"),
            [Value::Null; 0]
        );
        assert_eq!(user.notifications_of(&task), [Value::Null; 0], "{task}");
    }
}

#[test]
fn a_reminder_at_the_due_date_itself_is_one_too() {
    let user = user();
    let (task, due) = in_time(TimeDelta::seconds(2), |due| {
        user.create(&json!({"title": "now", "due_date": api_time(due), "remind_before_minutes": 0}))
    });
    let notification = user.wait_for_notification(&task, due);
    assert_eq!(notification["remind_at"], notification["due_date"]);
}

#[test]
fn the_next_occurrence_has_its_reminder() {
    let user = user();
    // Its first reminder is past, the one of the day after is not.
    let due = Utc::now() - TimeDelta::days(1) + TimeDelta::hours(3);
    let body = json!({"title": "daily", "is_recurring": true, "recurring_interval": "daily",
                      "due_date": api_time(due), "remind_before_minutes": 60});
    let task = user.create(&body);
    user.complete(id_of(&task));
    let next = user.wait_for_occurrence(&task, 2, SOON);
    let created = user.events_of(&next, "task.created");
    assert_eq!(created.len(), 1);
    assert_eq!(created[0]["source"], "handler", "skipped by task-created");
    let scheduled = user.wait_for_reminder(&next);
    assert_eq!(scheduled["source"], "handler");
    let remind_at = due + TimeDelta::days(1) - TimeDelta::hours(1);
    assert_eq!(scheduled["data"]["remind_at"], api_time(remind_at));
    let of_first = user.events_of(&task, "reminder.scheduled");
    assert_eq!(of_first, [Value::Null; 0]);
}
