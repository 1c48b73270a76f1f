//! A reminder that moves while a job is about to fire it fires with its own event, never with that of its old time.

use std::thread;
use std::time::Duration;

use chrono::{TimeDelta, Utc};
use e2e::{api_time, deliver, eventually, id_of};
use serde_json::Value;

use crate::held::deliver_version;
use crate::newer_wins::on_postgres;

const NONE: [Value; 0] = [];

/// Moves the reminder of the task `{id}` when somebody who has read it waits to write it: to another time that is past as
/// well, as a replica whose clock is behind would.
const MOVE: &str = "DO $$ BEGIN
    LOCK TABLE reminders IN SHARE MODE;
    FOR i IN 1..2000 LOOP
        EXIT WHEN EXISTS (SELECT 1 FROM pg_locks WHERE relation = 'reminders'::regclass AND NOT granted);
        PERFORM pg_sleep(0.01);
    END LOOP;
    UPDATE tasks SET remind_before_minutes = 1441, remind_at = remind_at - interval '1 minute',
        version = version + 1, remind_version = version + 1, event = NULL WHERE id = '{id}';
    UPDATE reminders SET remind_at = remind_at - interval '1 minute', version = version + 1, event = NULL
        WHERE task_id = '{id}';
    END $$";

#[test]
fn a_reminder_that_moves_while_it_fires_waits_for_the_next_look() {
    let held = on_postgres();
    let user = held.user();
    let (task, at) = user.create_reminded_in(TimeDelta::seconds(1));
    deliver_version(&user, &task, 1);
    eventually(Duration::from_secs(15), "its time", || {
        (Utc::now() > at).then_some(())
    });
    thread::scope(|scope| {
        scope.spawn(|| held.execute(&MOVE.replace("{id}", id_of(&task))));
        eventually(Duration::from_secs(15), "the lock", || {
            let locks = "SELECT COUNT(*) FROM pg_locks WHERE relation = 'reminders'::regclass AND mode = 'ShareLock'";
            (held.number(locks) == 1).then_some(())
        });
        deliver(&user.client, "/jobs/trigger-reminders", b"").expect(200);
    });
    assert_eq!(user.events_of(&task, "reminder.triggered"), NONE);
    user.items("/notifications");
    let triggered = user.events_of(&task, "reminder.triggered");
    assert_eq!(triggered.len(), 1);
    let moved = api_time(at - TimeDelta::minutes(1));
    assert_eq!(triggered[0]["data"]["remind_at"], moved);
}
