//! A handler that read an older task and then stalls writes nothing over what a newer change has left.

use std::sync::{Mutex, MutexGuard, OnceLock, PoisonError};
use std::thread;
use std::time::Duration;

use chrono::TimeDelta;
use e2e::{User, assert_acknowledged, deliver, eventually, id_of};
use serde_json::{Value, json};

use crate::held::{Held, deliver_version, event_of};

const NONE: [Value; 0] = [];

/// The first statement that writes a reminder takes the lock and waits for `go`; those of others pass. PostgreSQL runs this
/// before it looks at any row, so it is as if the handler had stalled before its statement.
const STALL: &str = "
    DROP TRIGGER IF EXISTS stall ON reminders;
    DROP TABLE IF EXISTS go;
    CREATE TABLE go (x INT);
    CREATE OR REPLACE FUNCTION stall() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
        IF pg_try_advisory_xact_lock(1) THEN
            FOR i IN 1..2000 LOOP
                EXIT WHEN EXISTS (SELECT 1 FROM go);
                PERFORM pg_sleep(0.01);
            END LOOP;
        END IF;
        RETURN NULL;
    END $$;
    CREATE TRIGGER stall BEFORE INSERT OR UPDATE ON reminders FOR EACH STATEMENT EXECUTE FUNCTION stall();";

/// One host for all tests here; while a test has it, no other stalls anything.
pub(crate) fn on_postgres() -> MutexGuard<'static, Held> {
    static HELD: OnceLock<Mutex<Held>> = OnceLock::new();
    HELD.get_or_init(|| Mutex::new(Held::on_postgres("reminders-newer-postgres")))
        .lock()
        .unwrap_or_else(PoisonError::into_inner)
}

/// Lets the stalled statement go on when it is dropped, also by a test that fails.
struct Go<'a>(&'a Held);

impl Drop for Go<'_> {
    fn drop(&mut self) {
        self.0.execute("INSERT INTO go VALUES (1)");
    }
}

/// Delivers the event of the task's change to this version to a handler that stalls before it writes a reminder, and lets
/// it go on after `meanwhile`.
fn stalled(held: &Held, user: &User, task: &Value, version: u64, meanwhile: impl FnOnce()) {
    let event = event_of(user, task, version).to_string();
    held.execute(STALL);
    thread::scope(|scope| {
        let go = Go(held);
        let call = scope.spawn(|| deliver(&user.client, "/api/events/tasks", event.as_bytes()));
        eventually(Duration::from_secs(15), "the handler stalls", || {
            let holders = "SELECT COUNT(*) FROM pg_locks WHERE locktype = 'advisory'";
            (held.number(holders) == 1).then_some(())
        });
        meanwhile();
        drop(go);
        let reply = call.join().expect("the stalled call");
        assert_acknowledged(&reply, "SUCCESS");
    });
}

#[test]
fn a_stalled_completion_does_not_cancel_the_reminder_of_the_reopened_task() {
    let held = on_postgres();
    let user = held.user();
    let (task, _) = user.create_reminded_in(TimeDelta::days(1));
    deliver_version(&user, &task, 1);
    user.complete(id_of(&task));
    stalled(&held, &user, &task, 2, || {
        user.reopen(id_of(&task));
        deliver_version(&user, &task, 3);
    });
    assert_eq!(held.reminders(&task, "remind_at IS NOT NULL"), 1);
    assert_eq!(user.events_of(&task, "reminder.scheduled").len(), 1);
}

#[test]
fn a_stalled_move_does_not_move_the_reminder_of_a_task_that_was_moved_back() {
    let held = on_postgres();
    let user = held.user();
    let (task, _) = user.create_reminded_in(TimeDelta::days(1));
    deliver_version(&user, &task, 1);
    let away = json!({"due_date": "2036-01-01T09:00:00Z"});
    user.patch(id_of(&task), &away).expect(200);
    stalled(&held, &user, &task, 2, || {
        let back = json!({"due_date": task["due_date"]});
        user.patch(id_of(&task), &back).expect(200);
        deliver_version(&user, &task, 3);
        deliver_version(&user, &task, 2);
    });
    assert_eq!(held.reminders(&task, "due_date < '2036-01-01'"), 1);
    assert_eq!(user.events_of(&task, "reminder.scheduled").len(), 1);
}

#[test]
fn a_stalled_creation_sets_no_reminder_that_was_switched_off() {
    let held = on_postgres();
    let user = held.user();
    let (task, _) = user.create_reminded_in(TimeDelta::days(1));
    stalled(&held, &user, &task, 1, || {
        let off = json!({"remind_before_minutes": null});
        user.patch(id_of(&task), &off).expect(200);
        deliver_version(&user, &task, 2);
    });
    assert_eq!(held.reminders(&task, "remind_at IS NOT NULL"), 0);
    assert_eq!(user.events_of(&task, "reminder.scheduled"), NONE);
}

/// What the guarantee rests on, on either database: every change of the reminder's leaves its version.
fn every_change_leaves_its_version(held: &Held) {
    let user = held.user();
    let (task, _) = user.create_reminded_in(TimeDelta::days(1));
    user.complete(id_of(&task));
    user.reopen(id_of(&task));
    // The newest first: the others find the reminder in line.
    for version in [3, 1, 2, 3] {
        deliver_version(&user, &task, version);
        assert_eq!(held.reminders(&task, "version = 3"), 1, "{version}");
        assert_eq!(held.reminders(&task, "remind_at IS NOT NULL"), 1);
    }
    user.patch(id_of(&task), &json!({"remind_before_minutes": 30}))
        .expect(200);
    user.patch(id_of(&task), &json!({"remind_before_minutes": 1440}))
        .expect(200);
    for version in [4, 5] {
        deliver_version(&user, &task, version);
        let condition = format!("version = {version}");
        assert_eq!(held.reminders(&task, &condition), 1, "{version}");
    }
    assert_eq!(user.events_of(&task, "reminder.scheduled").len(), 1);
}

/// A task without a due date has no reminder, so its completion leaves no version: that of the change which took the date away is
/// newer than all that had a reminder.
fn without_a_due_date_a_completion_leaves_nothing(held: &Held) {
    let user = held.user();
    let plain = user.create(&json!({"title": "without a due date"}));
    let (task, _) = user.create_reminded_in(TimeDelta::days(1));
    user.patch(id_of(&task), &json!({"due_date": null}))
        .expect(200);
    for task in [&task, &plain] {
        user.complete(id_of(task));
    }
    for version in [1, 2] {
        deliver_version(&user, &plain, version);
    }
    assert_eq!(held.reminders(&plain, "version > 0"), 0);
    // The completion first, then what set the reminder and what took it away.
    for (version, left) in [(3, 0), (2, 1), (1, 1)] {
        deliver_version(&user, &task, version);
        assert_eq!(held.reminders(&task, "version = 2"), left, "{version}");
        assert_eq!(held.reminders(&task, "remind_at IS NOT NULL"), 0);
    }
}

#[test]
fn without_a_due_date_a_completion_leaves_nothing_on_sqlite() {
    without_a_due_date_a_completion_leaves_nothing(&Held::on_sqlite("reminders-undated"));
}

#[test]
fn without_a_due_date_a_completion_leaves_nothing_on_postgres() {
    without_a_due_date_a_completion_leaves_nothing(&on_postgres());
}

#[test]
fn every_change_leaves_its_version_on_sqlite() {
    every_change_leaves_its_version(&Held::on_sqlite("reminders-newer"));
}

#[test]
fn every_change_leaves_its_version_on_postgres() {
    every_change_leaves_its_version(&on_postgres());
}
