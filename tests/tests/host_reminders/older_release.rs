//! Tasks whose last change was made by a release that did not keep `remind_at`, before the upgrade or during it.

use chrono::TimeDelta;
use e2e::{api_time, id_of};
use serde_json::json;

use crate::held::{Held, deliver_version};

fn the_reminder_follows_from_the_minutes(held: &Held) {
    let user = held.user();
    let (task, at) = user.create_reminded_in(TimeDelta::seconds(3));
    let stale = user.create(&json!({"title": "x", "due_date": "2031-01-01T09:00:00Z"}));
    let soon = user.create(&json!({"title": "x", "due_date": api_time(at + TimeDelta::hours(20))}));
    for task in [&task, &soon] {
        held.execute(&format!(
            "UPDATE tasks SET remind_at = NULL, remind_version = NULL WHERE id = '{}'",
            id_of(task)
        ));
    }
    held.execute(&format!(
        "UPDATE tasks SET due_date = '2032-01-01T09:00:00.000000', version = 2, event = NULL WHERE id = '{}'",
        id_of(&stale)
    ));
    assert_eq!(user.task(id_of(&task))["remind_at"], api_time(at));
    assert_eq!(
        user.task(id_of(&stale))["remind_at"],
        "2031-12-31T09:00:00Z"
    );
    // Its time had passed when it was made, and that release set none then.
    assert_eq!(user.task(id_of(&soon))["remind_at"], json!(null));
    deliver_version(&user, &task, 1);
    held.release();
    user.wait_for_notification(&task, at);
}

#[test]
fn the_reminder_follows_from_the_minutes_on_sqlite() {
    the_reminder_follows_from_the_minutes(&Held::on_sqlite("reminders-older"));
}

#[test]
fn the_reminder_follows_from_the_minutes_on_postgres() {
    the_reminder_follows_from_the_minutes(&Held::on_postgres("reminders-older-postgres"));
}
