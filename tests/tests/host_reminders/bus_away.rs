//! The bus is away, so that events come late: a reminder is not lost, and none fires for a task that has changed since.

use std::sync::OnceLock;

use chrono::{TimeDelta, Utc};
use e2e::{
    Answer, Bus, LocalHost, SOON, Sidecar, User, api_time, assert_acknowledged, deliver,
    eventually, id_of,
};
use serde_json::{Value, json};

use crate::shared::let_hours_pass;

const NONE: [Value; 0] = [];

/// A host whose sidecar refuses everything. Both die with the test process.
fn host() -> &'static LocalHost {
    static HOST: OnceLock<(LocalHost, Sidecar)> = OnceLock::new();
    &HOST
        .get_or_init(|| {
            let sidecar = Sidecar::start(Answer::Refuse);
            let bus = Bus::Dapr(sidecar.url());
            (
                LocalHost::start_closed("reminders-away", &bus, &[("auth", "off")]),
                sidecar,
            )
        })
        .0
}

/// Delivers the events of this type about a task, as the bus would when it is back.
#[track_caller]
fn deliver_late(user: &User, task: &Value, kind: &str, route: &str) {
    let events = user.events_of(task, kind);
    assert_eq!(events.len(), 1, "{events:?}");
    let reply = deliver(&user.client, route, events[0].to_string().as_bytes());
    assert_acknowledged(&reply, "SUCCESS");
}

/// Reads, which fires what is due, until the reminder of `task` has fired.
#[track_caller]
fn wait_until_fired(user: &User, task: &Value) {
    eventually(SOON, "the reminder fires", || {
        user.items("/notifications");
        user.events_of(task, "reminder.triggered").pop()
    });
}

#[test]
fn a_reminder_whose_event_comes_after_its_time_fires_late() {
    let user = User::new(host().client());
    let (task, _) = user.create_reminded_in(TimeDelta::hours(1));
    let_hours_pass(host(), &user, 2);
    deliver_late(&user, &task, "task.created", "/api/events/tasks/created");
    wait_until_fired(&user, &task);
    deliver_late(
        &user,
        &task,
        "reminder.triggered",
        "/api/events/reminders/triggered",
    );
    assert_eq!(user.notifications_of(&task).len(), 1);
    // And once more, with nothing left to do.
    deliver_late(&user, &task, "task.created", "/api/events/tasks/created");
    user.items("/notifications");
    assert_eq!(user.events_of(&task, "reminder.triggered").len(), 1);
}

#[test]
fn a_task_that_changed_meanwhile_fires_nothing() {
    let user = User::new(host().client());
    let [completed, deleted, moved, silenced, closer, kept] = [(); 6].map(|()| {
        let (task, _) = user.create_reminded_in(TimeDelta::hours(1));
        deliver_late(&user, &task, "task.created", "/api/events/tasks/created");
        user.wait_for_reminder(&task);
        task
    });
    user.complete(id_of(&completed));
    user.delete(id_of(&deleted)).expect(204);
    let later = api_time(Utc::now() + TimeDelta::days(30));
    for (task, change) in [
        (&moved, json!({"due_date": later})),
        (&silenced, json!({"remind_before_minutes": null})),
        (&closer, json!({"remind_before_minutes": 30})),
    ] {
        user.patch(id_of(task), &change).expect(200);
    }
    let_hours_pass(host(), &user, 2);
    // When this one has fired, the others could have.
    wait_until_fired(&user, &kept);
    for task in [&completed, &deleted, &moved, &silenced, &closer] {
        assert_eq!(user.events_of(task, "reminder.triggered"), NONE, "{task}");
    }
}
