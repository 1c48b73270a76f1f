//! A reminder follows its task: completed, deleted, moved, reopened, restored.

use std::time::Duration;

use chrono::{TimeDelta, Utc};
use e2e::{User, api_time, eventually, id_of, user};
use serde_json::{Value, json};

const NONE: [Value; 0] = [];

/// Waits until a reminder due a moment after those of other tasks has fired: so theirs had their chance.
#[track_caller]
fn wait_for_one_after(user: &User) -> Value {
    let (last, remind_at) = user.create_reminded_in(TimeDelta::seconds(5));
    user.wait_for_notification(&last, remind_at);
    last
}

#[test]
fn completing_deleting_or_moving_in_between_leaves_no_notification() {
    let user = user();
    let [completed, deleted, moved, silenced, undated] = [(); 5].map(|()| {
        let (task, _) = user.create_reminded_in(TimeDelta::seconds(4));
        user.wait_for_reminder(&task);
        task
    });
    user.complete(id_of(&completed));
    user.delete(id_of(&deleted)).expect(204);
    let later = api_time(Utc::now() + TimeDelta::days(30));
    for (task, change) in [
        (&moved, json!({"due_date": later})),
        (&silenced, json!({"remind_before_minutes": null})),
        (&undated, json!({"due_date": null})),
    ] {
        user.patch(id_of(task), &change).expect(200);
    }
    let last = wait_for_one_after(&user);
    let all = user.items("/notifications");
    assert_eq!(all.len(), 1, "{all:?}");
    assert_eq!(all[0]["task_id"], last["id"]);
    assert_eq!(user.events_of(&moved, "reminder.scheduled").len(), 2);
    for task in [&completed, &deleted, &moved, &silenced, &undated] {
        assert_eq!(user.events_of(task, "reminder.triggered"), NONE, "{task}");
    }
}

#[test]
fn a_moved_task_is_notified_at_its_new_time_alone() {
    let user = user();
    let (task, _) = user.create_reminded_in(TimeDelta::days(2));
    user.wait_for_reminder(&task);
    let remind_at = Utc::now() + TimeDelta::seconds(2);
    let due = api_time(remind_at + TimeDelta::hours(1));
    user.patch(id_of(&task), &json!({"due_date": due}))
        .expect(200);
    let notification = user.wait_for_notification(&task, remind_at);
    assert_eq!(notification["remind_at"], api_time(remind_at));
    assert_eq!(notification["due_date"], due);
}

#[test]
fn other_minutes_are_another_time() {
    let user = user();
    let remind_at = Utc::now() + TimeDelta::seconds(3);
    let due = remind_at + TimeDelta::minutes(30);
    let body = json!({"title": "x", "due_date": api_time(due), "remind_before_minutes": 60});
    let task = user.create(&body);
    user.patch(id_of(&task), &json!({"remind_before_minutes": 30}))
        .expect(200);
    let notification = user.wait_for_notification(&task, remind_at);
    assert_eq!(notification["remind_at"], api_time(remind_at));
}

#[test]
fn a_task_moved_twice_is_notified_for_each_time_that_came() {
    let user = user();
    let (task, first) = user.create_reminded_in(TimeDelta::seconds(2));
    user.wait_for_notification(&task, first);
    let second = Utc::now() + TimeDelta::seconds(2);
    let due = api_time(second + TimeDelta::hours(1));
    user.patch(id_of(&task), &json!({"due_date": due}))
        .expect(200);
    let both = eventually(Duration::from_secs(12), "the second notification", || {
        Some(user.notifications_of(&task)).filter(|found| found.len() > 1)
    });
    let times: Vec<&Value> = both.iter().map(|one| &one["remind_at"]).collect();
    assert_eq!(times, [&json!(api_time(second)), &json!(api_time(first))]);
}

#[test]
fn reopening_and_restoring_bring_it_back() {
    let user = user();
    let (reopened, at) = user.create_reminded_in(TimeDelta::seconds(5));
    let (restored, also_at) = user.create_reminded_in(TimeDelta::seconds(5));
    for task in [&reopened, &restored] {
        user.wait_for_reminder(task);
    }
    user.complete(id_of(&reopened));
    user.delete(id_of(&restored)).expect(204);
    user.wait_until_handled();
    user.reopen(id_of(&reopened));
    user.call("POST", &format!("/{}/restore", id_of(&restored)))
        .send()
        .expect(200);
    user.wait_for_notification(&reopened, at);
    user.wait_for_notification(&restored, also_at);
    for task in [&reopened, &restored] {
        assert_eq!(user.events_of(task, "reminder.scheduled").len(), 2);
        assert_eq!(user.events_of(task, "reminder.triggered").len(), 1);
    }
}

#[test]
fn what_comes_back_after_its_time_is_not_notified() {
    let user = user();
    let (reopened, _) = user.create_reminded_in(TimeDelta::seconds(2));
    let (restored, _) = user.create_reminded_in(TimeDelta::seconds(2));
    user.complete(id_of(&reopened));
    user.delete(id_of(&restored)).expect(204);
    wait_for_one_after(&user);
    user.reopen(id_of(&reopened));
    user.call("POST", &format!("/{}/restore", id_of(&restored)))
        .send()
        .expect(200);
    user.wait_until_handled();
    for task in [&reopened, &restored] {
        assert_eq!(user.notifications_of(task), NONE);
        assert_eq!(user.events_of(task, "reminder.triggered"), NONE);
    }
}
