//! The bus is away, so that events come late: a reminder is not lost, and none fires for a task that has changed since.

use std::sync::OnceLock;

use chrono::{TimeDelta, Utc};
use e2e::{
    Answer, Bus, LocalHost, Sidecar, User, api_time, assert_acknowledged, deliver, eventually,
    id_of,
};
use serde_json::{Value, json};

const NONE: [Value; 0] = [];

/// A host whose sidecar refuses everything. Both die with the test process.
fn host() -> &'static LocalHost {
    static HOST: OnceLock<(LocalHost, Sidecar)> = OnceLock::new();
    &HOST
        .get_or_init(|| {
            let port = stack::free_port();
            let sidecar = Sidecar::start(port, Answer::Refuse);
            let bus = Bus::Dapr(Sidecar::url(port));
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
    eventually(
        std::time::Duration::from_secs(12),
        "the reminder fires",
        || {
            user.items("/notifications");
            user.events_of(task, "reminder.triggered").pop()
        },
    );
}

#[test]
fn a_reminder_whose_event_comes_after_its_time_fires_late() {
    let user = User::new(host().client());
    let (task, remind_at) = user.create_reminded_in(TimeDelta::seconds(1));
    let clock = User::new(host().client());
    let (after, _) = clock.create_reminded_in(TimeDelta::milliseconds(1200));
    deliver_late(&clock, &after, "task.created", "/api/events/tasks/created");
    wait_until_fired(&clock, &after);
    assert!(Utc::now() > remind_at);
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
    let [completed, deleted, moved, silenced, earlier, kept] = [3, 3, 3, 3, 3, 4].map(|seconds| {
        let (task, _) = user.create_reminded_in(TimeDelta::seconds(seconds));
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
        (&earlier, json!({"remind_before_minutes": 30})),
    ] {
        user.patch(id_of(task), &change).expect(200);
    }
    // Its reminder is the last: when it has fired, the others could have.
    wait_until_fired(&user, &kept);
    for task in [&completed, &deleted, &moved, &silenced, &earlier] {
        assert_eq!(user.events_of(task, "reminder.triggered"), NONE, "{task}");
    }
}
