//! A reminder follows its task: completed, deleted, moved, reopened, restored.

use chrono::{DateTime, TimeDelta, Utc};
use e2e::{User, api_time, eventually, id_of, in_time, soon_after, user};
use serde_json::{Value, json};

const NONE: [Value; 0] = [];

/// Waits until a reminder due after those of other tasks has fired: so theirs had their chance.
#[track_caller]
fn wait_for_one_after(user: &User, remind_at: DateTime<Utc>) -> Value {
    let ahead = remind_at - Utc::now() + TimeDelta::milliseconds(100);
    let (last, remind_at) = user.create_reminded_in(ahead.max(TimeDelta::seconds(1)));
    user.wait_for_notification(&last, remind_at);
    last
}

/// Brings a deleted task back.
#[track_caller]
fn restore(user: &User, task: &Value) {
    let call = user.call("POST", &format!("/{}/restore", id_of(task)));
    call.send().expect(200);
}

#[test]
fn completing_deleting_or_moving_in_between_leaves_no_notification() {
    let later = api_time(Utc::now() + TimeDelta::days(30));
    let ((user, tasks), remind_at) = in_time(TimeDelta::seconds(4), |remind_at| {
        let user = user();
        let tasks = [(); 5].map(|()| user.create_reminded_at(remind_at));
        user.wait_until_handled();
        let [completed, deleted, moved, silenced, undated] = &tasks;
        user.complete(id_of(completed));
        user.delete(id_of(deleted)).expect(204);
        for (task, change) in [
            (moved, json!({"due_date": later})),
            (silenced, json!({"remind_before_minutes": null})),
            (undated, json!({"due_date": null})),
        ] {
            user.patch(id_of(task), &change).expect(200);
        }
        (user, tasks)
    });
    let last = wait_for_one_after(&user, remind_at);
    let all = user.items("/notifications");
    assert_eq!(all.len(), 1, "{all:?}");
    assert_eq!(all[0]["task_id"], last["id"]);
    // Each had its reminder, and the moved one has another.
    let scheduled = tasks
        .each_ref()
        .map(|task| user.events_of(task, "reminder.scheduled").len());
    assert_eq!(scheduled, [1, 1, 2, 1, 1]);
    for task in &tasks {
        assert_eq!(user.events_of(task, "reminder.triggered"), NONE, "{task}");
    }
}

#[test]
fn a_moved_task_is_notified_at_its_new_time_alone() {
    let user = user();
    let (task, _) = user.create_reminded_in(TimeDelta::days(2));
    user.wait_for_reminder(&task);
    let remind_at = user.move_reminder_to_in(&task, TimeDelta::seconds(2));
    let notification = user.wait_for_notification(&task, remind_at);
    assert_eq!(notification["remind_at"], api_time(remind_at));
    assert_eq!(
        notification["due_date"],
        user.task(id_of(&task))["due_date"]
    );
}

#[test]
fn other_minutes_are_another_time() {
    let user = user();
    let (task, remind_at) = in_time(TimeDelta::seconds(2), |remind_at| {
        let due = api_time(remind_at + TimeDelta::minutes(30));
        let body = json!({"title": "x", "due_date": due, "remind_before_minutes": 60});
        let task = user.create(&body);
        let minutes = json!({"remind_before_minutes": 30});
        user.patch(id_of(&task), &minutes).expect(200).json()
    });
    let notification = user.wait_for_notification(&task, remind_at);
    assert_eq!(notification["remind_at"], api_time(remind_at));
}

#[test]
fn a_task_moved_twice_is_notified_for_each_time_that_came() {
    let user = user();
    let (task, first) = user.create_reminded_in(TimeDelta::seconds(2));
    user.wait_for_notification(&task, first);
    let second = user.move_reminder_to_in(&task, TimeDelta::seconds(2));
    let both = eventually(soon_after(second), "the second notification", || {
        Some(user.notifications_of(&task)).filter(|found| found.len() > 1)
    });
    let times: Vec<&Value> = both.iter().map(|one| &one["remind_at"]).collect();
    assert_eq!(times, [&json!(api_time(second)), &json!(api_time(first))]);
}

#[test]
fn reopening_and_restoring_bring_it_back() {
    let user = user();
    let (reopened, remind_at) = user.create_reminded_in(TimeDelta::hours(3));
    let restored = user.create_reminded_at(remind_at);
    user.wait_until_handled();
    let completed = user.complete(id_of(&reopened));
    assert_eq!(completed["remind_at"], Value::Null);
    user.delete(id_of(&restored)).expect(204);
    user.wait_until_handled();
    user.reopen(id_of(&reopened));
    restore(&user, &restored);
    for task in [&reopened, &restored] {
        assert_eq!(user.task(id_of(task))["remind_at"], api_time(remind_at));
        for event in user.wait_for_reminders(task, 2) {
            assert_eq!(event["data"]["remind_at"], api_time(remind_at));
        }
    }
}

#[test]
fn what_comes_back_after_its_time_is_not_notified() {
    let user = user();
    let ([reopened, restored], remind_at) = in_time(TimeDelta::seconds(2), |remind_at| {
        let [reopened, restored] = [(); 2].map(|()| user.create_reminded_at(remind_at));
        user.complete(id_of(&reopened));
        user.delete(id_of(&restored)).expect(204);
        [reopened, restored]
    });
    wait_for_one_after(&user, remind_at);
    user.reopen(id_of(&reopened));
    restore(&user, &restored);
    user.wait_until_handled();
    for task in [&reopened, &restored] {
        assert_eq!(user.task(id_of(task))["remind_at"], Value::Null);
        assert_eq!(user.notifications_of(task), NONE);
        assert_eq!(user.events_of(task, "reminder.triggered"), NONE);
    }
}
