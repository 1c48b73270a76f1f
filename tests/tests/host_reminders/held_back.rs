//! Events that an outage held back until a reminder's time had passed, and tasks that changed in other ways meanwhile.

use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};
use e2e::{User, api_time, eventually, id_of};
use serde_json::{Value, json};

use crate::held::{Held, deliver_version};

const NONE: [Value; 0] = [];

fn wait_until(time: DateTime<Utc>) {
    eventually(Duration::from_secs(20), "its time", || {
        (Utc::now() > time).then_some(())
    });
}

#[track_caller]
fn rename(user: &User, task: &Value) {
    let renamed = user.patch(id_of(task), &json!({"title": "typo fixed"}));
    renamed.expect(200);
}

fn a_reminder_outlasts_the_outage(held: &Held) {
    let user = held.user();
    let (created, at) = user.create_reminded_in(TimeDelta::seconds(2));
    let moved = user.create(&json!({"title": "soon", "remind_before_minutes": 1440}));
    let due = json!({"due_date": created["due_date"]});
    user.patch(id_of(&moved), &due).expect(200);
    let (renamed_first, also_at) = user.create_reminded_in(TimeDelta::seconds(2));
    wait_until(also_at);
    for task in [&created, &moved, &renamed_first] {
        rename(&user, task);
    }
    deliver_version(&user, &renamed_first, 2);
    held.release();
    user.wait_for_notification(&created, at);
    user.wait_for_notification(&moved, at);
    user.wait_for_notification(&renamed_first, also_at);
}

#[test]
fn a_reminder_outlasts_the_outage_on_sqlite() {
    a_reminder_outlasts_the_outage(&Held::on_sqlite("reminders-held"));
}

#[test]
fn a_reminder_outlasts_the_outage_on_postgres() {
    a_reminder_outlasts_the_outage(&Held::on_postgres("reminders-held-postgres"));
}

#[test]
fn what_was_past_when_it_was_asked_for_comes_at_once_and_of_what_is_overdue_nothing() {
    let held = Held::on_sqlite("reminders-past");
    let user = held.user();
    let (earlier, _) = user.create_reminded_in(TimeDelta::days(1));
    let (sooner, _) = user.create_reminded_in(TimeDelta::days(1));
    let (overdue, _) = user.create_reminded_in(TimeDelta::days(1));
    let hours = |hours| api_time(Utc::now() + TimeDelta::hours(hours));
    user.patch(id_of(&earlier), &json!({"remind_before_minutes": 3000}))
        .expect(200);
    user.patch(id_of(&sooner), &json!({"due_date": hours(1)}))
        .expect(200);
    user.patch(id_of(&overdue), &json!({"due_date": hours(-1)}))
        .expect(200);
    let tasks = [&earlier, &sooner, &overdue];
    let asked = tasks.map(|task| user.task(id_of(task))["updated_at"].clone());
    for task in tasks {
        rename(&user, task);
    }
    let (last, at) = user.create_reminded_in(TimeDelta::seconds(2));
    held.release();
    user.wait_for_notification(&last, at);
    for (task, asked) in [(&earlier, &asked[0]), (&sooner, &asked[1])] {
        let notification = user.wait_for_notification(task, Utc::now());
        assert_eq!(&notification["remind_at"], asked);
        assert_eq!(&user.task(id_of(task))["remind_at"], asked);
    }
    assert_eq!(user.events_of(&overdue, "reminder.scheduled"), NONE);
    assert_eq!(user.notifications_of(&overdue), NONE);
}
